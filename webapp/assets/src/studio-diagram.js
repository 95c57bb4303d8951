// The editor of diagrams: bpmn-js with the panel of the dialect, offering what this engine runs.

import Modeler from "camunda-bpmn-js/lib/camunda-cloud/Modeler";
import { hovering } from "./studio/hovering.js";
import { knowing } from "./studio/knowing.js";
import { calling } from "./studio/calling.js";
import { implying } from "./studio/implying.js";
import { linting } from "./studio/linting.js";
import { replaying } from "./studio/replay.js";
import { leading, saving } from "./studio/saving.js";
import { offering } from "./studio/offering.js";
import { speaking } from "./studio/speaking.js";
import { texting } from "./studio/texting.js";
import { timing } from "./studio/timing.js";
import { unchosen } from "./studio/unchosen.js";

const PALETTE_WIDTH = 110;
const READABLE = 0.5;

function fit(canvas) {
  const { inner } = canvas.viewbox();
  const scale = Math.max(inner.width / Math.max(canvas.getSize().width - PALETTE_WIDTH, 200), 0.1);
  const pad = PALETTE_WIDTH * scale;
  canvas.viewbox({ x: inner.x - pad, y: inner.y - 30, width: inner.width + pad + 30, height: inner.height + 60 });
  if (canvas.zoom() > 1) canvas.zoom(1);
  if (canvas.zoom() >= READABLE) return; // a wide diagram begins where one reads first
  const { width, height } = canvas.getSize();
  canvas.viewbox({
    x: inner.x - PALETTE_WIDTH / READABLE, y: inner.y - 30, width: width / READABLE, height: height / READABLE,
  });
}

function marking(modeler, editor) {
  const canvas = modeler.get("canvas");
  const registry = modeler.get("elementRegistry");
  let marked = [];
  return (path = []) => {
    marked.forEach(([id, name]) => registry.get(id) && canvas.removeMarker(id, name));
    marked = [];
    const mark = (id, name) => {
      if (!registry.get(id)?.parent) return; // the sheet itself would colour all that is on it
      canvas.addMarker(id, name);
      marked.push([id, name]);
    };
    editor.querySelectorAll("a[data-element]").forEach((link) => {
      const grave = link.closest(".st-finding--error") !== null;
      mark(link.dataset.element, grave ? "st-wrong" : "st-look");
    });
    path.forEach((id) => mark(id, "st-path"));
  };
}

async function shown(panel) {
  const frame = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve, 0)); });
  for (let tries = 0; tries < 100 && !panel.querySelector(".bio-properties-panel-header"); tries += 1) await frame();
  await frame();
}

async function open(editor) {
  const language = editor.dataset.language;
  const offered = offering(() => editor.querySelector("[data-expert]").checked, editor.dataset.tab);
  const [source, templates, variables] = await Promise.all(
    ["source", "templates", "variables"].map((name) => fetch(editor.dataset[name], { credentials: "same-origin" })),
  );
  if (!source.ok || !templates.ok || !variables.ok) throw new Error("the draft could not be loaded");
  const [told, offers] = await Promise.all([variables.json(), templates.json()]);
  const called = calling(JSON.parse(editor.querySelector("[data-canvas]").dataset.names));
  const drawn = () => modeler.get("elementRegistry").filter((element) => !element.labelTarget);
  const modeler = new Modeler({
    container: editor.querySelector("[data-canvas]"),
    // The panel's own explanations lead to another site: ours are the guides of this house.
    propertiesPanel: {
      parent: editor.querySelector("[data-panel]"), getFeelPopupLinks: () => [], tooltip: hovering(language),
      description: { ...timing(told, language, drawn, called), ...texting(offers.templates, told, language) },
    },
    additionalModules: [speaking(language), offered.module, knowing(told, language)],
    minimap: { open: false },
    elementTemplateIconRenderer: { iconProperty: "zeebe:none" }, // pictures of others' templates are data: addresses, which are refused
    exporter: { name: "Amicale", version: "1" },
  });
  modeler.on("elementTemplates.errors", ({ errors }) => errors.forEach((error) => console.error(error))); // such a template is not offered
  // A browser that refuses the clipboard: copies are kept within this drawing, and the page says so.
  modeler.on("native-copy-paste:error", () => {
    const said = editor.querySelector("[data-clipboard]");
    said.textContent = said.dataset.refused;
    modeler.get("nativeCopyPaste").toggle(false);
  });
  modeler.get("elementTemplatesLoader").setTemplates(offers.templates);
  await modeler.importXML(await source.text());
  unchosen(editor.querySelector("[data-panel]"));
  const asWritten = implying(modeler, offers.fitting[editor.dataset.name], offers.templates);
  const canvas = modeler.get("canvas");
  fit(canvas);
  const mark = marking(modeler, editor);
  const replay = replaying(editor, modeler, called);
  // The panel waits a moment before it takes a text over: leaving the field ends that.
  const settled = () => {
    if (editor.querySelector("[data-panel]").contains(document.activeElement)) document.activeElement.blur();
    return new Promise((resolve) => { setTimeout(resolve, 350); });
  };
  const draft = saving(editor, async () => {
    const { xml } = await asWritten(() => modeler.saveXML({ format: true }));
    return { [editor.dataset.name]: xml };
  }, settled);
  modeler.on("commandStack.changed", draft.touched);
  const go = (id, path) => {
    const element = modeler.get("elementRegistry").get(id);
    if (!element) return;
    canvas.scrollToElement(element, 100);
    modeler.get("selection").select(element);
    mark(path);
    replay(path);
    canvas.focus(); // so that keys (undo, arrows) act on the diagram
    editor.scrollIntoView({ block: "start" });
  };
  leading(editor, go);
  editor.addEventListener("checked", () => {
    mark();
    if (!editor.querySelector("a[data-path]:not([data-path=''])")) replay([]); // its trouble is mended
  });
  editor.querySelector("[data-expert]").addEventListener("change", () => modeler.get("palette")._rebuild());
  await linting(editor, modeler, called, () => mark());
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (wanted) {
    await shown(editor.querySelector("[data-panel]")); // it hears of a selection only once it is there
    go(wanted, []);
  }
  draft.show("ready");
}

const editor = document.getElementById("editor");
open(editor).catch((error) => {
  editor.dataset.state = "failed";
  editor.querySelector("[data-state-said]").textContent = String(error.message ?? error);
  throw error;
});
