// The inbox's comfort: keys, quiet news, drafts that save themselves. Everything here also works without this file.

import { watchConditions } from "../../../forms/browser/conditions.js";
import { keepDrafts } from "./parts/drafts.js";
import { countSelected } from "./parts/selecting.js";
import { takeAtOnce } from "./parts/taking.js";
import { startTurning, TURNED } from "./parts/turning.js";

const POLL_MS = 20_000;
let root = document.querySelector("[data-inbox]");

const rows = () => [...root.querySelectorAll("[data-row]")];

function current() {
  return rows().find((row) => row === document.activeElement) ?? rows().find((row) => row.getAttribute("aria-current") === "page");
}

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.indexOf(current());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

// Whoever works by the keyboard goes on in the form of the next task; a finger is shown the whole page.
const FORM = "amicale.form";
const goOnInForm = () => matchMedia("(hover: hover)").matches && sessionStorage.setItem(FORM, "next");

const firstField = () => root.querySelector("#task-form :is(input:not([type=hidden]), select, textarea)");

function enterForm() {
  firstField()?.focus();
}

// A digit is the answer of that number to the question that has the focus, else to the first one; the focus goes on to the
// next question. The key's place counts: a French keyboard needs Shift for the digit itself.
const numbered = (event) => Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? 0);
const questions = (form) => [...form.querySelectorAll(".govuk-form-group")].filter((each) => each.checkVisibility());
const fieldOf = (question) => question.querySelector("input:not([type=hidden]):not(:disabled), select, textarea");

function choose(event, number) {
  const form = root.querySelector("#task-form");
  if (!form) return false;
  const focused = form.contains(event.target) ? event.target : firstField();
  if (focused?.matches("select")) {
    const options = [...focused.options].filter((each) => each.value !== "");
    if (!options[number - 1] || options.some((each) => /^\s*\d/.test(each.text))) return false; // its own keys find those
    options[number - 1].selected = true;
    focused.dispatchEvent(new Event("input", { bubbles: true }));
    focused.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (focused?.matches("[type=radio]")) {
    const answers = [...form.querySelectorAll(`[type=radio][name="${CSS.escape(focused.name)}"]`)];
    if (!answers[number - 1]) return false;
    answers[number - 1].click();
    answers[number - 1].focus();
  } else return false;
  const asked = questions(form);
  const next = asked.slice(asked.findLastIndex((each) => each.contains(document.activeElement)) + 1).find(fieldOf);
  if (next) fieldOf(next).focus();
  return true;
}

// Ctrl + Enter (⌘ + Enter) answers from any question; Enter on the page itself of the list opens the row, the first where none is chosen.
function onEnter(event) {
  const form = event.target.closest?.("#task-form");
  if ((event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target === document.body && !root.querySelector("#task-title")) {
    goOnInForm();
    (current() ?? rows()[0])?.click();
  } else if (event.target.matches?.("[data-row]")) {
    goOnInForm();
  }
}

const isTyping = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

const press = (selector) => {
  const button = root.querySelector(selector);
  button?.click();
  return Boolean(button);
};

// What is selected goes first; with nothing selected, the key acts on the open task.
const selected = () => root.querySelectorAll("[data-select]:checked").length > 0;

function select() {
  const box = current()?.closest("li")?.querySelector("[data-select]");
  box?.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => root.querySelector("[data-search]")?.focus(),
  c: () => press(selected() ? "[data-selection-take]" : "[data-claim]"),
  x: select,
  g: () => press(selected() ? "[data-selection-give]" : "[data-give]"),
  l: () => press(selected() ? "[data-selection-later]" : "[data-later]"),
  i: enterForm,
  s: () => press(selected() && root.querySelector("[data-selection-stack]") ? "[data-selection-stack]" : "[data-stack]"),
  z: () => document.querySelector("[data-undo]")?.click(),
  "?": () => document.querySelector("[data-shortcuts]")?.showModal(),
};

function onKey(event) {
  if (!root) return;
  if (event.key === "Enter" && !event.isComposing && !document.querySelector("dialog[open]")) return onEnter(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const number = numbered(event);
  if (number && !document.querySelector("dialog[open]") && (!isTyping(event.target) || event.target.matches("select, [type=radio]")) && choose(event, number)) {
    event.preventDefault();
    return;
  }
  const typing = isTyping(event.target) && !["checkbox", "radio", "submit", "button"].includes(event.target.type);
  if (event.key === "Escape") {
    if (document.querySelector("dialog[open]")) return;
    current()?.focus();
    return;
  }
  if (typing || document.querySelector("dialog[open]")) return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
}

// News: a count and a link, in place; no row ever moves under the reader's hand.
function listen() {
  let failures = 0;
  const ask = async () => {
    const news = root?.querySelector("[data-news]");
    if (document.hidden || !news) return;
    try {
      const answer = await fetch(news.dataset.pulse, { headers: { "If-None-Match": news.dataset.tag }, credentials: "same-origin" });
      failures = 0;
      if (answer.status === 200 && answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const { words } = await answer.json();
        news.dataset.tag = answer.headers.get("ETag") ?? news.dataset.tag;
        news.querySelector("[data-news-words]").textContent = words;
        news.hidden = words === "";
      }
    } catch {
      failures += 1; // The network is away: ask less often, say nothing.
    }
  };
  setInterval(() => {
    if (failures < 3 || Math.random() < 0.25) ask();
  }, POLL_MS);
  document.addEventListener("visibilitychange", ask);
}

// The page as it was loaded, and each one that took its place.
function begin() {
  document.querySelectorAll("[data-show-shortcuts]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", keys["?"]);
  });
  root.querySelectorAll("[data-autosubmit]").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
  root.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  countSelected(root);
  keepDrafts(root);
  root.querySelectorAll("#task-form").forEach(watchConditions);
  root.querySelectorAll("#task-form").forEach((form) => form.addEventListener("submit", goOnInForm));
  if (sessionStorage.getItem(FORM) && document.activeElement === document.body && firstField()?.matches("[type=radio], [type=checkbox]")) enterForm(); // the keys of the page go on working there
  sessionStorage.removeItem(FORM);
  root.dataset.state = "ready";
}

// Another task stands where one was: its head is read out, unless the cursor goes on in its form; a finger sees it from the top.
function beginAgain() {
  root = document.querySelector("[data-inbox]");
  if (!root) return;
  if (matchMedia("(hover: none)").matches) scrollTo(0, 0);
  begin();
  if (document.activeElement === document.body) announce(root.querySelector("#task-title"));
}

function announce(title) {
  title?.setAttribute("tabindex", "-1");
  title?.focus({ preventScroll: true });
}

if (root) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", (event) => takeAtOnce(root, event.target));
  document.addEventListener(TURNED, beginAgain);
  if (document.querySelector("[data-turning]")) startTurning();
  listen();
  begin();
}
