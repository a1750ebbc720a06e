// A lost connection loses nothing that was typed: it stays in its field and in this tab, and is sent when the service answers again.
import { say } from "./speech.js";

const EVERY = 2000;
const unsent = new Set();
let timer = null;

const offline = () => document.getElementById("offline");
const stash = (sheet) => `typed:${sheet.dataset.here}`;

export function remembered(sheet) {
  return JSON.parse(sessionStorage.getItem(stash(sheet)) || "{}");
}

function remember(input) {
  const sheet = input.closest("#sheet");
  const path = input.closest("[data-path]")?.dataset.path;
  if (!sheet || !path) return;
  sessionStorage.setItem(stash(sheet), JSON.stringify({ ...remembered(sheet), [path]: input.value }));
}

export function forget(sheet, path) {
  const typed = remembered(sheet);
  delete typed[path];
  if (Object.keys(typed).length) sessionStorage.setItem(stash(sheet), JSON.stringify(typed));
  else sessionStorage.removeItem(stash(sheet));
}

export function restore(sheet) {
  let count = 0;
  for (const [path, text] of Object.entries(remembered(sheet))) {
    const form = sheet.querySelector(`[data-path="${CSS.escape(path)}"]`);
    const input = form?.querySelector("[name=text]");
    if (!input || input.value === text) { forget(sheet, path); continue; }
    input.value = text;
    form.classList.add("is-unsent");
    form.closest("details")?.setAttribute("open", "");
    count += 1;
  }
  return count;
}

function isLost(event) {
  const status = event.detail.xhr?.status ?? 0;
  return status === 0 || status >= 502;
}

function wait(form) {
  form.classList.add("is-unsent");
  unsent.add(form);
  offline().hidden = false;
  timer ??= setInterval(retry, EVERY);
}

async function retry() {
  try {
    const answer = await fetch("/livez", { cache: "no-store" });
    if (!answer.ok) return;
  } catch {
    return;
  }
  clearInterval(timer);
  timer = null;
  offline().hidden = true;
  const forms = [...unsent].filter((form) => form.isConnected);
  unsent.clear();
  for (const form of forms) form.requestSubmit();
}

export function installConnection() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("#sheet [name=text]")) remember(event.target);
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const form = event.detail.elt.closest("form");
      if (form?.closest("#sheet") && (name !== "htmx:responseError" || isLost(event))) wait(form);
    });
  }
  document.addEventListener("signed-out", (event) => {
    const notice = document.getElementById("signed-out");
    notice.hidden = false;
    const form = event.target.closest?.("form");
    if (form?.closest("#sheet")) form.classList.add("is-unsent");
    say(notice.textContent);
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) document.getElementById("signed-out").hidden = true;
  });
}
