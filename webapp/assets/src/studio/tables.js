// The open decision table of the editor: read as rows, rows put in by undoable steps, findings shown on its rows.

import { feel, plain } from "./sheet.js";
import { told } from "./table-texts.js";

const named = (clause) => clause.label ?? clause.inputExpression?.text ?? clause.name ?? "";
const LANGUAGES = ["fr", "en"];
const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
const type = (clause) => clause.inputExpression?.typeRef ?? clause.typeRef;

const cellsOf = (rule) => [...rule.get("inputEntry"), ...rule.get("outputEntry")];
const content = (rule) => ({ cells: cellsOf(rule).map((cell) => cell.text ?? ""), note: rule.description ?? "" });

// By wanted row the place of the row that it goes on as, so that its English stays: the same in all, else in what it
// asks, else in its note; as many rows as before are the same ones by their places, unless their notes say otherwise: the
// English of a note would stand beside another one.
export function paired(wanted, had, inputs) {
  const said = (rows) => rows.map(({ cells, note }) => ({
    all: JSON.stringify(cells), asks: JSON.stringify(cells.slice(0, inputs)), note,
  }));
  const [ours, former, found, taken] = [said(wanted), said(had), Array(wanted.length).fill(-1), new Set()];
  const inPlace = wanted.length === had.length;
  const alike = [
    (one, other) => one.all === other.all,
    (one, other) => one.asks === other.asks,
    (one, other) => Boolean(one.note) && one.note === other.note,
    (one, other, place, at) => inPlace && place === at && [null, other.note].includes(one.note),
  ];
  for (const like of alike) {
    ours.forEach((one, place) => {
      if (found[place] < 0) found[place] = former.findIndex((other, at) => !taken.has(at) && like(one, other, place, at));
      if (found[place] >= 0) taken.add(found[place]);
    });
  }
  return found;
}

export function opened(modeler) {
  if (modeler.getActiveView()?.type !== "decisionTable") return null;
  const viewer = modeler.getActiveViewer();
  const sheet = viewer.get("sheet");
  const table = () => sheet.getRoot().businessObject;
  const clauses = () => [...table().get("input"), ...table().get("output")];
  const heads = (language) => clauses().map((clause) => told(clause, `i18n.${language}.label`) || named(clause));
  return {
    id: table().$parent.id,
    name: table().$parent.name ?? table().$parent.id,
    columns: () => clauses().length,
    // As the reader calls the columns; rows that come back may begin with these or with the drawn ones.
    rows: (language) => [
      [...heads(language), ""],
      ...table().get("rule").map((rule) => [
        ...cellsOf(rule).map((cell, at) => plain(cell.text ?? "", type(clauses()[at]))),
        rule.description ?? "",
      ]),
    ],
    isHead: (row) => [heads(""), ...LANGUAGES.map(heads)].some((names) => names.every((name, at) => same(name, row[at] ?? ""))),
    put(rows, replace) {
      const modeling = viewer.get("modeling");
      const width = clauses().length;
      const wanted = rows.map((cells) => ({
        cells: clauses().map((clause, at) => feel(cells[at] ?? "", type(clause))),
        note: cells.length > width ? cells[width].trim() : null,
      }));
      const had = [...sheet.getRoot().rows];
      const kept = replace ? paired(wanted, had.map((row) => content(row.businessObject)), table().get("input").length) : [];
      if (replace) for (const [at, row] of had.entries()) if (!kept.includes(at)) modeling.removeRow(row);
      for (const [place, { cells, note }] of wanted.entries()) {
        const old = had[kept[place]];
        const row = old ?? modeling.addRow({ type: "dmn:DecisionRule" }, replace ? place : undefined);
        if (old && sheet.getRoot().rows.indexOf(old) !== place) modeling.moveRow(old, place);
        const rule = row.businessObject;
        cellsOf(rule).forEach((cell, at) => { if ((cell.text ?? "") !== cells[at]) modeling.editCell(cell, cells[at]); });
        if (note !== null && note !== (rule.description ?? "")) modeling.editAnnotation(rule, note || undefined);
      }
    },
    rowIds: () => sheet.getRoot().rows.map((row) => row.id),
  };
}

// Rows in question are marked, what no row answers stands under the table with a row to add.
export function shown(editor, table) {
  const canvas = editor.querySelector("[data-canvas]");
  const gaps = editor.querySelector("[data-gaps]");
  canvas.querySelectorAll(".st-wrong, .st-look").forEach((cell) => cell.classList.remove("st-wrong", "st-look"));
  gaps.replaceChildren();
  canvas.querySelector("th.index-column")?.setAttribute("role", "presentation"); // it heads nothing but numbers
  if (!table) return;
  const ids = table.rowIds();
  const ours = [...editor.querySelectorAll("[data-findings] a[data-element]")].filter((link) => {
    return link.dataset.file === editor.dataset.name && link.dataset.element === table.id;
  });
  for (const link of ours) {
    const finding = link.closest(".st-finding");
    const kind = finding.classList.contains("st-finding--error") ? "st-wrong" : "st-look";
    for (const number of (link.dataset.rows ?? "").split(" ").filter(Boolean)) {
      const cells = canvas.querySelectorAll(`[data-row-id="${CSS.escape(ids[Number(number) - 1] ?? "")}"]`);
      cells.forEach((cell) => { cell.classList.add(kind); cell.title = finding.querySelector(".st-finding__text").textContent.trim(); });
    }
    if (link.dataset.gap) gaps.append(gap(editor, table, finding, JSON.parse(link.dataset.gap)));
  }
}

function gap(editor, table, finding, cells) {
  const line = document.createElement("li");
  line.className = "st-gap";
  line.append(finding.querySelector(".st-finding__text").textContent.trim());
  if (!editor.dataset.readonly) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary govuk-!-margin-bottom-0";
    button.textContent = editor.querySelector("[data-gaps]").dataset.add;
    button.addEventListener("click", () => table.put([cells], false));
    line.append(" ", button);
  }
  return line;
}
