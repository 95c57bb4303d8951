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
  await draft.save();
  if (!["saved", "ready"].includes(editor.dataset.state)) { place.textContent = ""; return; }
  const token = document.querySelector("meta[name=csrf-token]").content;
  const answer = await fetch(editor.dataset.play, {
    method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json" },
  });
  const told = await answer.json();
  if (!answer.ok) { place.textContent = told.message ?? ""; return; }
  following(editor.dataset.progress, place, () => {});
}

// A sentence with blanks asks for them first, then stands where the cursor is.
function filling(editor, text, draft) {
  const form = editor.querySelector("[data-fill]");
  const blanks = form.querySelector("[data-fill-blanks]");
  let chosen = null;
  const put = (sentence) => {
    const language = /^\s*#\s*language:\s*en/m.test(text.value) ? "en" : "fr";
    const lines = [`    ${TURNS[language][chosen.dataset.turn]} ${sentence}`];
    if ("table" in chosen.dataset) lines.push("      |  |  |");
    const before = text.value.slice(0, text.selectionStart).replace(/[^\n]+$/, (line) => `${line}\n`);
    text.setRangeText(`${before}${lines.join("\n")}\n`, 0, text.selectionStart, "end");
    text.dispatchEvent(new Event("input"));
    text.focus();
    form.hidden = true;
  };
  editor.querySelectorAll("[data-phrase]").forEach((button) => button.addEventListener("click", () => {
    chosen = button;
    const names = [...button.dataset.phrase.matchAll(/\{(\w+)\}/g)].map((found) => found[1]);
    if (!names.length) { put(button.dataset.phrase); return; }
    blanks.replaceChildren(...names.map((name) => {
      const label = document.createElement("label");
      label.className = "govuk-label";
      label.append(name, Object.assign(document.createElement("input"), { className: "govuk-input", name, required: true }));
      return label;
    }));
    form.hidden = false;
    blanks.querySelector("input").focus();
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form);
    put(chosen.dataset.phrase.replace(/\{(\w+)\}/g, (_, name) => given.get(name)));
  });
}

const editor = document.getElementById("editor");
open(editor).catch((error) => {
  editor.dataset.state = "failed";
  editor.querySelector("[data-state-said]").textContent = String(error.message ?? error);
  throw error;
});
