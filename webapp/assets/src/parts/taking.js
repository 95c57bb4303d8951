// A task that is being taken says so at once. The page that answers says what came of it: that one has it, or who was faster.
// Where none came nothing was taken. What is typed or sent in the meantime goes on from the form that comes; where somebody was
// faster no form comes, and what was typed is kept as a draft and shown all the same.

import { rescue } from "./rescue.js";
import { STAYED, TURNED } from "./turning.js";

const UNSAVED = ["dirty", "saving", "failed"];
const CHOSEN = ["radio", "checkbox"];

const same = (one) => (other) =>
  other.name === one.name && other.type === one.type && (!CHOSEN.includes(one.type) || other.value === one.value);

function carry(typed, form) {
  for (const field of typed.elements) {
    const its = ["hidden", "file", "submit", "fieldset"].includes(field.type) ? null : [...form.elements].find(same(field));
    if (its && CHOSEN.includes(field.type)) its.checked = field.checked;
    else if (its) its.value = field.value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

// What was unfolded meanwhile (the diagram, the history) is unfolded on the page that answers.
function unfold(before, now) {
  const title = (details) => details.querySelector("summary")?.textContent;
  const open = new Set([...before.querySelectorAll("details[open]")].map(title));
  for (const details of now.querySelectorAll("details")) if (open.has(title(details))) details.open = true;
}

export function takeAtOnce(root, form) {
  const button = form.querySelector("[data-claim]");
  if (!button || button.getAttribute("aria-disabled")) return;
  const before = button.textContent;
  const said = Object.assign(document.createElement("span"), { className: "am-row__who", textContent: button.dataset.claim });
  const typed = root.querySelector("#task-form");
  const over = new AbortController();
  let at = "";
  let answered = false;
  let touched = false;
  const holder = root.querySelector("[data-holder]");
  const held = holder?.textContent;
  button.textContent = said.textContent;
  if (holder) holder.textContent = said.textContent;
  button.setAttribute("aria-disabled", "true");
  root.querySelector("[data-row][aria-current=page]")?.append(said);
  typed?.addEventListener("focusin", (event) => (at = event.target.id), { signal: over.signal });
  typed?.addEventListener("input", () => (touched = true), { signal: over.signal });
  typed?.addEventListener("submit", () => (answered = true), { signal: over.signal });
  const back = () => {
    over.abort();
    button.textContent = before;
    button.removeAttribute("aria-disabled");
    said.remove();
    if (holder) holder.textContent = held;
  };
  const turned = () => {
    over.abort();
    unfold(root, document);
    const now = document.querySelector("#task-form");
    const place = document.querySelector("[data-typed-place], [data-typed]");
    // What was sent is no draft any more, and one that is kept meanwhile may come too late for the form that answers.
    const unsaved = touched || answered || UNSAVED.includes(typed?.dataset.state);
    if (typed && !now && place && unsaved) rescue(typed, place);
    if (!typed || now?.dataset.draft !== typed.dataset.draft) return;
    if (unsaved) carry(typed, now);
    if (at) document.getElementById(at)?.focus();
    if (answered) setTimeout(() => now.requestSubmit()); // once nothing is under way any more
  };
  document.addEventListener(STAYED, back, { signal: over.signal });
  document.addEventListener(TURNED, turned, { signal: over.signal });
}
