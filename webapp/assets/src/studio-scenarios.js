// The editor of scenarios: a text, the sentences that are understood as a list with a small form, and a play of what stands there.

import { following } from "./studio/following.js";
import { saving } from "./studio/saving.js";

const TURNS = {
  fr: { Given: "Étant donné que", When: "Quand", Then: "Alors" }, en: { Given: "Given", When: "When", Then: "Then" },
};

async function open(editor) {
  const source = await fetch(editor.dataset.source, { credentials: "same-origin" });
  if (!source.ok) throw new Error("the draft could not be loaded");
  const text = editor.querySelector("[data-text]");
  text.value = await source.text();
  const contents = () => ({ [editor.dataset.name]: text.value });
  const draft = saving(editor, async () => contents(), async () => {});
  text.addEventListener("input", draft.touched);
  filling(editor, text, draft);
  editor.querySelector("[data-try-now]")?.addEventListener("click", () => play(editor, draft));
  draft.show("ready");
}

// What stands there is saved, played in the background, and told as it comes.
async function play(editor, draft) {
  const place = editor.querySelector("[data-outcomes]");
  place.textContent = place.dataset.playing;
  do {
    await draft.save();
    await new Promise((rested) => { setTimeout(rested, 50); }); // a save may be on its way already
  } while (["dirty", "saving"].includes(editor.dataset.state));
  if (!["saved", "ready"].includes(editor.dataset.state)) { place.textContent = ""; return; }
  const token = document.querySelector("meta[name=csrf-token]").content;
  const answer = await fetch(editor.dataset.play, {
    method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json" },
  });
  const told = await answer.json();
  if (!answer.ok) { place.textContent = told.message ?? ""; return; }
  following(editor.dataset.progress, place, () => {});
}

const cell = (words) => words.replaceAll("\\", "\\\\").replaceAll("|", "\\|");
const FOLD = (words) => words.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const KEYWORD = /^\s*(?:(?:étant donné que?|étant donné qu’|quand|alors|et|mais|given|when|then|and|but)\s+)?/i;

// The line at the cursor, from and to.
function line(text) {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const end = text.value.indexOf("\n", text.selectionStart);
  return [from, end < 0 ? text.value.length : end];
}

// A sentence with blanks asks for them first, then stands where the cursor is.
function filling(editor, text, draft) {
  const form = editor.querySelector("[data-fill]");
  const half = editor.querySelector("[data-choices]");
  const [choices, questions, blanks] = ["choices", "questions", "blanks"].map((name) => JSON.parse(half.dataset[name]));
  const rows = form.querySelector("[data-fill-rows]");
  const buttons = [...editor.querySelectorAll("[data-phrase]")];
  let chosen = null;
  const put = (sentence, cells) => {
    const language = /^\s*#\s*language:\s*en/m.test(text.value) ? "en" : "fr";
    const lines = [`    ${TURNS[language][chosen.dataset.turn]} ${sentence}`, ...cells.map(([key, value]) => `      | ${cell(key)} | ${cell(value)} |`)];
    const [from, to] = line(text);
    const begun = text.value.slice(from, to);
    const own = begun.trim() && !/^\s*(\||#|\S+\s*:)/.test(begun) && fits(begun, chosen); // what was typed becomes the sentence
    const at = own ? from : (begun.trim() ? to : from);
    const before = !own && begun.trim() ? "\n" : "";
    text.setRangeText(`${before}${lines.join("\n")}${own || before ? "" : "\n"}`, at, own ? to : at, "end");
    text.dispatchEvent(new Event("input"));
    text.focus();
    form.hidden = true;
    buttons.forEach((button) => { button.parentElement.hidden = false; });
  };
  const field = (label, name, offered) => {
    const shown = document.createElement("label");
    shown.className = "govuk-label";
    const input = Object.assign(document.createElement("input"), { className: "govuk-input", name, autocomplete: "off" });
    shown.append(label, input);
    if (offered?.length) {
      const list = Object.assign(document.createElement("datalist"), { id: `offered-${name.replaceAll(/\s/g, "-")}` });
      list.append(...offered.map((value) => Object.assign(document.createElement("option"), { value })));
      input.setAttribute("list", list.id);
      shown.append(list);
    }
    return shown;
  };
  const ask = (named) => { // the questions of the form that is meant
    const asked = questions[named] ?? [];
    rows.hidden = !asked.length;
    rows.querySelector("[data-fill-cells]").replaceChildren(...asked.map(({ row, offered }) => field(row, `cell ${row}`, offered)));
  };
  buttons.forEach((button) => button.addEventListener("click", () => {
    chosen = button;
    const names = [...button.dataset.phrase.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
    if (!names.length && !("table" in button.dataset)) { put(button.dataset.phrase, []); return; }
    form.querySelector("[data-fill-said]").textContent = button.textContent;
    const asked = names.map((name) => field(blanks[name] ?? name, name, choices[name]));
    asked.forEach((label) => { label.querySelector("input").required = true; });
    form.querySelector("[data-fill-blanks]").replaceChildren(...asked);
    ask("");
    if ("table" in button.dataset) {
      for (const name of ["element", "process"]) {
        const input = form.elements.namedItem(name);
        input?.addEventListener("change", () => ask(input.value.trim()));
      }
    }
    form.hidden = false;
    (form.querySelector("input") ?? form.querySelector("button")).focus();
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const cells = [...given].filter(([name, value]) => name.startsWith("cell ") && value.trim()).map(([name, value]) => [name.slice(5), value]);
    if (!cells.length && "table" in chosen.dataset && rows.hidden && chosen.dataset.turn === "Given") cells.push(["", ""]);
    put(chosen.dataset.phrase.replace(/\{(\w+)\}/g, (_, name) => given.get(name)), cells);
  });
  completing(editor, text, buttons);
}

// Whether a sentence begins like this line, or holds all of its words.
function fits(begun, button) {
  const wanted = FOLD(begun.replace(KEYWORD, "")).split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  const words = FOLD(button.dataset.phrase.replace(/\{\w+\}/g, " "));
  return wanted.filter((word) => words.includes(word)).length >= Math.min(wanted.length, 2);
}

// The list beside shows what the line at the cursor may become; Ctrl and the space bar go there.
function completing(editor, text, buttons) {
  const said = editor.querySelector("[data-fitting]");
  const narrow = () => {
    const [from, to] = line(text);
    const begun = text.value.slice(from, to);
    const free = !begun.trim() || /^\s*(\||#|\S+(\s\S+)?\s*:)/.test(begun);
    const fitting = buttons.filter((button) => free || fits(begun, button));
    buttons.forEach((button) => { button.parentElement.hidden = fitting.length > 0 && !fitting.includes(button); });
    said.textContent = fitting.length ? "" : said.dataset.none;
  };
  ["input", "keyup", "click"].forEach((kind) => text.addEventListener(kind, narrow));
  text.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.code !== "Space") return;
    event.preventDefault();
    narrow();
    buttons.find((button) => !button.parentElement.hidden)?.focus();
  });
}

const editor = document.getElementById("editor");
open(editor).catch((error) => {
  editor.dataset.state = "failed";
  editor.querySelector("[data-state-said]").textContent = String(error.message ?? error);
  throw error;
});
