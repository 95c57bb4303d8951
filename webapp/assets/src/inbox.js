// The inbox's comfort: keys, quiet news, drafts that save themselves. Everything here also works without this file.

import { watchConditions } from "../../../forms/browser/conditions.js";
import { keepDrafts } from "./parts/drafts.js";

const POLL_MS = 20_000;
const root = document.querySelector("[data-inbox]");

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
  if (event.key === "Enter" && !event.isComposing && !document.querySelector("dialog[open]")) return onEnter(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
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
  const news = root.querySelector("[data-news]");
  const url = news?.dataset.pulse;
  if (!url) return;
  let tag = news.dataset.tag;
  let failures = 0;
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(url, { headers: { "If-None-Match": tag }, credentials: "same-origin" });
      failures = 0;
      if (answer.status === 200 && answer.headers.get("Content-Type")?.startsWith("application/json")) {
        const { words } = await answer.json();
        tag = answer.headers.get("ETag") ?? tag;
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

// How many are selected, beside the acts; without this file the acts stand there without a number.
function countSelected() {
  const bar = root.querySelector("[data-selection]");
  if (!bar) return;
  const count = () => {
    const number = root.querySelectorAll("[data-select]:checked").length;
    bar.querySelector("[data-selection-count]").textContent = number ? String(number) : "";
  };
  root.addEventListener("change", (event) => event.target.matches("[data-select]") && count());
  bar.querySelector("[data-select-all]").addEventListener("click", () => {
    const boxes = [...root.querySelectorAll("[data-select]")];
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !all));
    count();
  });
  count();
}

if (root) {
  document.addEventListener("keydown", onKey);
  document.querySelectorAll("[data-show-shortcuts]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", keys["?"]);
  });
  root.querySelectorAll("[data-autosubmit]").forEach((field) => field.addEventListener("change", () => field.form.requestSubmit()));
  root.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  countSelected();
  listen();
  keepDrafts(root);
  root.querySelectorAll("#task-form").forEach(watchConditions);
  root.querySelectorAll("#task-form").forEach((form) => form.addEventListener("submit", goOnInForm));
  if (sessionStorage.getItem(FORM) && document.activeElement === document.body && firstField()?.matches("[type=radio], [type=checkbox]")) enterForm(); // the keys of the page go on working there
  sessionStorage.removeItem(FORM);
  root.dataset.state = "ready";
}
