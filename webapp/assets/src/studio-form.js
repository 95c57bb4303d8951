// The editor of forms: form-js, with the English of every text beside it and the form as our own pages draw it below.

import { FormEditor } from "@bpmn-io/form-js-editor";
import { watchConditions } from "../../../forms/browser/conditions.js";
import { leading, saving } from "./studio/saving.js";
import { translations } from "./studio/translations.js";
import { wording } from "./studio/wording.js";

const QUIET_MS = 600;

async function read(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error("the draft could not be loaded");
  return answer.json();
}

async function open(editor) {
  const { name, textsName } = editor.dataset;
  const [schema, given] = await Promise.all([
    read(editor.dataset.source), editor.dataset.texts ? read(editor.dataset.texts) : {},
  ]);
  const canvas = editor.querySelector("[data-canvas]");
  wording(canvas, editor.dataset.language);
  const form = new FormEditor({ container: canvas, exporter: { name: "Amicale", version: "1" } });
  await form.importSchema(schema);
  const texts = translations(editor, given, () => { draft.touched(); later(); });
  const contents = () => ({
    [name]: `${JSON.stringify(form.saveSchema(), null, 1)}\n`, [textsName]: `${JSON.stringify(texts.table(), null, 1)}\n`,
  });
  // The panel waits a moment before it takes a text over: leaving the field ends that.
  const settled = () => {
    if (canvas.contains(document.activeElement)) document.activeElement.blur();
    return new Promise((resolve) => { setTimeout(resolve, 350); });
  };
  const draft = saving(editor, async () => contents(), settled);
  const preview = previewing(editor, contents, texts, settled);
  let waiting = null;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => preview.draw(false), QUIET_MS);
  };
  form.on("commandStack.changed", () => { draft.touched(); later(); });
  form.on("selection.changed", ({ selection }) => texts.beside(selection?.id));
  const go = (id) => {
    const field = id && form.get("formFieldRegistry").get(id);
    if (!field) return;
    form.get("selection").set(field);
    texts.beside(id);
    editor.scrollIntoView({ block: "start" });
  };
  leading(editor, go);
  await preview.draw(false);
  go(decodeURIComponent(location.hash.slice(1)));
  draft.show("ready");
}

// What the server draws of the form as it stands here, saved or not.
function previewing(editor, contents, texts, settled) {
  const shown = editor.querySelector("[data-preview-shown]");
  const place = editor.querySelector("[data-preview-form]");
  const said = editor.querySelector("[data-preview-said]");
  const token = document.querySelector("meta[name=csrf-token]").content;
  let newest = 0;
  let owed = false; // somebody wants to know whether the answers are good, and was not told yet

  async function draw(asked) {
    newest += 1;
    owed ||= asked;
    const turn = newest;
    const trying = owed; // a redrawing that overtakes the question answers it
    const body = new FormData(place); // what was typed into the preview stays in it
    if (newest > 1) body.append("typed", "1");
    for (const [name, text] of Object.entries(contents())) body.append("files", new Blob([text]), name);
    body.append("language", editor.querySelector("[data-preview-language]:checked").value);
    if (trying) body.append("try", "1");
    const answer = await fetch(editor.dataset.preview, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    const told = await answer.json();
    if (turn !== newest) return; // something newer is on its way
    if (trying) owed = false;
    if (trying || told.error || told.message) said.textContent = told.good === true ? said.dataset.good : told.good === false ? said.dataset.bad : told.message ?? told.error ?? ""; // a refusal has a code beside its message
    if (told.html === undefined) return;
    shown.innerHTML = told.html;
    shown.lang = editor.querySelector("[data-preview-language]:checked").value;
    watchConditions(place);
    texts.show(told.texts);
  }

  editor.querySelectorAll("[data-preview-language]").forEach((choice) => choice.addEventListener("change", () => draw(false)));
  editor.querySelector("[data-preview-try]").addEventListener("click", async () => {
    await settled(); // what was typed last has to arrive first
    await draw(true);
  });
  place.addEventListener("submit", (event) => { event.preventDefault(); draw(true); });
  return { draw };
}

const editor = document.getElementById("editor");
open(editor).catch((error) => {
  editor.dataset.state = "failed";
  editor.querySelector("[data-state-said]").textContent = String(error.message ?? error);
  throw error;
});
