// The editor of decision tables: dmn-js in the reader's language, with rows from and for a spreadsheet.

import Modeler from "dmn-js/lib/Modeler";
import { leading, saving } from "./studio/saving.js";
import { file, rows } from "./studio/sheet.js";
import { speaking } from "./studio/speaking.js";
import { spoken, textsBelow, told } from "./studio/table-texts.js";
import { opened, shown } from "./studio/tables.js";
import { wording } from "./studio/wording.js";
import tableWords from "./studio/words-tables-fr.js";

async function open(editor) {
  const language = editor.dataset.language;
  const source = await fetch(editor.dataset.source, { credentials: "same-origin" });
  if (!source.ok) throw new Error("the draft could not be loaded");
  const words = { additionalModules: [speaking(language, tableWords)] };
  const canvas = editor.querySelector("[data-canvas]");
  wording(canvas, language);
  const modeler = new Modeler({
    container: canvas, exporter: { name: "Amicale", version: "1" },
    drd: words, decisionTable: words, literalExpression: words, boxedExpression: words,
  });
  // A cell is taken over when it is left.
  const settled = () => {
    if (canvas.contains(document.activeElement)) document.activeElement.blur();
    return new Promise((resolve) => { setTimeout(resolve, 350); });
  };
  const draft = saving(editor, async () => ({ [editor.dataset.name]: (await modeler.saveXML({ format: true })).xml }), settled);
  const listened = new WeakSet();
  const below = textsBelow(editor, () => draft.touched());
  const look = () => {
    shown(editor, opened(modeler));
    below.show(decisionOf(modeler));
  };
  const viewed = () => {
    views(editor, modeler);
    const bus = modeler.getActiveViewer()?.get("eventBus");
    if (bus && !listened.has(bus)) {
      listened.add(bus);
      bus.on(["elements.changed", "commandStack.changed"], () => { setTimeout(look, 0); }); // an answer would end the event
      bus.on("commandStack.changed", draft.touched);
    }
    look();
  };
  await modeler.importXML(await source.text(), { open: false });
  if (editor.dataset.readonly && language !== "fr") spoken(modeler.getDefinitions(), language);
  modeler.on("views.changed", viewed);
  const first = () => modeler.getViews().find((view) => view.type === "decisionTable") ?? modeler.getViews()[0];
  const holding = (id) => modeler.getViews().find((view) => view.element.id === id);
  await modeler.open(holding(decodeURIComponent(location.hash.slice(1))) ?? first());
  leading(editor, async (id) => {
    const view = holding(id);
    if (view) await modeler.open(view);
    editor.scrollIntoView({ block: "start" });
  });
  editor.addEventListener("checked", look);
  spreadsheet(editor, modeler);
  draft.show("ready");
}

// The decision whose view is open; none in the view of how they belong together.
function decisionOf(modeler) {
  const element = modeler.getActiveView()?.element;
  return element?.$type === "dmn:Decision" ? element : null;
}

// One button for each decision, and one for how they belong together.
function views(editor, modeler) {
  const graph = editor.querySelector("[data-canvas]").dataset.graph;
  const buttons = modeler.getViews().map((view) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "st-view";
    button.textContent = view.type === "drd" ? graph : told(view.element, `i18n.${editor.dataset.language}.name`) || view.name || view.id;
    if (view === modeler.getActiveView()) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => modeler.open(view));
    return button;
  });
  editor.querySelector("[data-views]").replaceChildren(...(buttons.length > 1 ? buttons : []));
  editor.querySelectorAll("[data-export], [data-open-paste]").forEach((button) => {
    button.disabled = modeler.getActiveView()?.type !== "decisionTable";
  });
}

function spreadsheet(editor, modeler) {
  editor.querySelector("[data-export]").addEventListener("click", () => {
    const table = opened(modeler);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file(table.rows(editor.dataset.language))], { type: "text/csv" }));
    link.download = `${table.id}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const dialog = editor.querySelector("[data-paste]");
  const wrong = dialog.querySelector("[data-paste-wrong]");
  const pasted = dialog.querySelector("[data-pasted]");
  editor.querySelector("[data-open-paste]")?.addEventListener("click", () => { wrong.textContent = ""; dialog.showModal(); });
  dialog.querySelector("[data-paste-close]").addEventListener("click", () => dialog.close());
  const put = (replace) => {
    const table = opened(modeler);
    const found = rows(pasted.value);
    if (table && found.length && table.isHead(found[0])) found.shift();
    const wanted = table?.columns() ?? 0;
    const odd = found.findIndex((row) => row.length < wanted || row.length > wanted + 1);
    if (!table) wrong.textContent = wrong.dataset.noTable;
    else if (!found.length) wrong.textContent = wrong.dataset.nothing;
    else if (odd >= 0) {
      wrong.textContent = wrong.dataset.columns
        .replace("{row}", odd + 1).replace("{found}", found[odd].length).replace("{wanted}", wanted);
    } else {
      table.put(found, replace);
      pasted.value = "";
      dialog.close();
    }
  };
  dialog.querySelector("[data-paste-add]").addEventListener("click", () => put(false));
  dialog.querySelector("[data-paste-replace]").addEventListener("click", () => put(true));
}

const editor = document.getElementById("editor");
open(editor).catch((error) => {
  editor.dataset.state = "failed";
  editor.querySelector("[data-state-said]").textContent = String(error.message ?? error);
  throw error;
});
