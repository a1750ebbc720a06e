// Shortcuts. None is a key of the browser or a screen reader; each can be changed (data-keys of the body) or switched off ("").
const DEFAULTS = { choice: "ArrowDown", absent: "F2", unreadable: "F4", undo: "F8", page: "F9", help: "?" };

export function keyOf(action) {
  const own = JSON.parse(document.body.dataset.keys || "{}");
  return own[action] ?? DEFAULTS[action];
}

const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select");

function actionOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const action = Object.keys(DEFAULTS).find((name) => keyOf(name) === event.key);
  return action && event.key.length === 1 && isTyping(event.target) ? null : action;
}

function answer(input, kind) {
  const form = input?.closest(".line, .cell");
  if (!form) return false;
  saying(form, "kind", kind);
  form.requestSubmit();
  return true;
}

// What a form says beside its text stands in one hidden field, whatever said it: a button that is gone when the form is sent is not asked.
export function saying(form, name, value) {
  const said = form.querySelector("input.said") ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", className: "said" }));
  said.name = name;
  said.value = value;
}

export function sayingNothing(form) {
  form.querySelector("input.said")?.remove();
}

function nextChoice(input) {
  const choices = JSON.parse(input.dataset.choices || "[]");
  if (!choices.length) return false;
  input.value = choices[(choices.indexOf(input.value) + 1) % choices.length];
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

const ACTIONS = {
  help: () => { showKeys(); return true; },
  choice: (target) => nextChoice(target),
  absent: (target) => answer(target, "absent"),
  unreadable: (target) => answer(target, "unreadable"),
  undo: () => press("[data-action=undo]"),
  page: () => press("[data-view=next]"),
};

function press(selector) {
  const button = document.querySelector(selector);
  button?.click();
  return Boolean(button);
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const names = JSON.parse(dialog.dataset.names);
  for (const shown of dialog.querySelectorAll("[data-key-of]")) {
    const key = keyOf(shown.dataset.keyOf);
    if (key !== undefined) shown.textContent = names[key] ?? key;
  }
  dialog.showModal();
}

export function installKeys() {
  document.addEventListener("keydown", (event) => {
    const action = actionOf(event);
    if (action && ACTIONS[action](event.target)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-action=help]")) showKeys();
  });
}
