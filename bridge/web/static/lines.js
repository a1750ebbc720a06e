// The fields of a document: Enter takes one and goes to the next that is asked; the picture follows.
import { forget, remembered, restore } from "./connection.js";
import { saying, sayingNothing } from "./keys.js";
import { say } from "./speech.js";
import { drawStrips, openViewer, pointAt, preload, showPlace } from "./viewer.js";

const KEEP_EVERY = 120000;
const LOOK = 250; // milliseconds that a fax must have been there before a key confirms it: a key held down confirms none unseen
let active = null; // the form of the field worked on last
let keeping = null;
let shownAt = Infinity;
let shown = ""; // the document on the page

const asked = (sheet) => [...sheet.querySelectorAll(".line.is-asked, .cell.is-asked")].filter((form) => !form.matches(".is-waiting"));
const inputOf = (form) => form.querySelector("[name=text]");
const confirmButton = () => document.querySelector("[data-action=confirm]");

function focusOn(form) {
  const target = form ? inputOf(form) : document.querySelector("#double input") ?? confirmButton();
  target.focus();
  if (form) target.select();
}

function goOnFrom(form) {
  const sheet = document.getElementById("sheet");
  const open = asked(sheet);
  const behind = open.filter((each) => form.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  const following = behind[0] ?? open.find((each) => each !== form);
  if (form.classList.contains("cell") && !form.classList.contains("is-asked")) {
    const cells = [...sheet.querySelectorAll(".cell")];
    focusOn(cells[cells.indexOf(form) + 1]);
  } else {
    focusOn(following);
  }
}

export function openSheet(sheet) {
  if (shown !== sheet.dataset.here) shownAt = Infinity;
  shown = sheet.dataset.here;
  document.getElementById("notice").textContent = "";
  openViewer(sheet, () => { shownAt = Math.min(shownAt, performance.now()); setTimeout(() => { sheet.dataset.ready = "yes"; }, LOOK); });
  drawStrips(sheet);
  if (sheet.dataset.preload) preload(sheet.dataset.preload);
  if (restore(sheet)) say(document.body.dataset.restored);
  if (sheet.dataset.said) say(sheet.dataset.said);
  const invalid = sheet.querySelector("[aria-invalid=true]")?.closest("form");
  focusOn(invalid ?? asked(sheet)[0]);
  clearInterval(keeping);
  keeping = setInterval(() => keep(sheet), KEEP_EVERY);
}

function keep(sheet) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(sheet.dataset.keep, { method: "POST", headers: { ...headers, "HX-Request": "true" } })
    .then(async (answer) => { if (answer.status === 200) document.getElementById("notice").innerHTML = await answer.text(); })
    .catch(() => {});
}

// What was clicked or framed in the picture becomes the value of the field worked on last.
function take(text, page, box) {
  const form = active?.isConnected ? active : asked(document.getElementById("sheet"))[0];
  if (!form || !text) return;
  inputOf(form).value = text;
  form.querySelector("[name=page]").value = page;
  form.querySelector("[name=box]").value = box.join(",");
  inputOf(form).dispatchEvent(new Event("input", { bubbles: true }));
  inputOf(form).focus();
}

function paste(event) {
  const cell = event.target.closest(".cell");
  const text = event.clipboardData.getData("text/plain");
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const column = cell.closest("td").cellIndex - 1;
  const revision = document.getElementById("revision").value;
  const here = document.getElementById("sheet").dataset.here;
  htmx.ajax("POST", `${here}/einfuegen`, {
    source: cell, target: "#sheet", swap: "outerHTML", values: { text, row: cell.dataset.row, column, revision },
  });
}

function afterSwap(event) {
  const element = event.detail.elt;
  if (element.id === "sheet") {
    openSheet(element);
  } else if (element.matches?.(".line, .cell")) {
    const sheet = document.getElementById("sheet");
    const problem = element.querySelector("[aria-invalid=true]");
    if (!problem) forget(sheet, element.dataset.path);
    else giveBack(sheet, element);
    if (problem) say(element.querySelector(".line__problem")?.textContent ?? problem.title);
  }
}

// What was typed and refused is what the person goes on from.
function giveBack(sheet, form) {
  const typed = remembered(sheet)[form.dataset.path];
  if (typed !== undefined) inputOf(form).value = typed;
  focusOn(form);
}

const isUnsent = (input) => input.value !== input.defaultValue && !input.closest(".is-waiting");

// Nothing leaves that the page shows otherwise, and no fax that nobody can have seen.
function mayConfirm(event) {
  const sheet = document.getElementById("sheet");
  const unsent = [...sheet.querySelectorAll(".line [name=text], .cell [name=text]")].find(isUnsent);
  const isSeen = performance.now() - shownAt >= LOOK;
  if (isSeen && !unsent) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const why = unsent ? document.body.dataset.unsent : document.body.dataset.loading;
  document.getElementById("notice").textContent = isSeen || shownAt === Infinity ? why : "";
  if (!unsent) return;
  unsent.closest("details")?.setAttribute("open", "");
  unsent.focus();
}

function beforeSubmit(event) {
  const form = event.target;
  if (form.id === "confirm") mayConfirm(event);
  if (!form.matches(".line, .cell")) return;
  if (event.submitter?.name) saying(form, event.submitter.name, event.submitter.value);
  else if (event.submitter) sayingNothing(form);
}

// A key may be pressed before htmx has seen what it put into the page: the browser would then send the form by itself.
function ensureProcessed(event) {
  const form = event.target;
  if (!form.hasAttribute("hx-post") || form["htmx-internal-data"]) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  htmx.process(document.getElementById("sheet"));
  form.requestSubmit(event.submitter ?? undefined);
}

export function installLines() {
  document.addEventListener("submit", beforeSubmit, { capture: true });
  document.addEventListener("submit", ensureProcessed, { capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.repeat) event.preventDefault(); }, { capture: true });
  document.addEventListener("input", (event) => { const form = event.target.closest(".line, .cell"); if (form) sayingNothing(form); });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = event.detail.elt;
    if (form.matches(".line, .cell") && event.detail.xhr.getResponseHeader("HX-Retarget") === "#sheet") forget(document.getElementById("sheet"), form.dataset.path);
    if (event.detail.xhr.getResponseHeader("HX-Retarget") === "#notice") form.classList.remove("is-waiting");
  });
  document.addEventListener("htmx:responseError", (event) => event.detail.elt.classList.remove("is-waiting"));
  pointAt(take);
  document.addEventListener("focusin", (event) => {
    const form = event.target.closest(".line, .cell");
    if (!form) return;
    active = form;
    showPlace(form.dataset.page, form.dataset.box);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".line, .cell")) return;
    form.classList.add("is-waiting"); // answered, as far as the person is concerned
    if (form.contains(document.activeElement)) goOnFrom(form);
  });
  document.addEventListener("paste", paste);
  document.addEventListener("htmx:load", afterSwap);
}
