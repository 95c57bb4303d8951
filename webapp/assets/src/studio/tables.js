// The open decision table of the editor: read as rows, rows put in by undoable steps, findings shown on its rows.

import { feel, plain } from "./sheet.js";

const named = (clause) => clause.label ?? clause.inputExpression?.text ?? clause.name ?? "";
const type = (clause) => clause.inputExpression?.typeRef ?? clause.typeRef;

export function opened(modeler) {
  if (modeler.getActiveView()?.type !== "decisionTable") return null;
  const viewer = modeler.getActiveViewer();
  const sheet = viewer.get("sheet");
  const table = () => sheet.getRoot().businessObject;
  const clauses = () => [...table().get("input"), ...table().get("output")];
  return {
    id: table().$parent.id,
    name: table().$parent.name ?? table().$parent.id,
    columns: () => clauses().length,
    rows: () => [
      [...clauses().map(named), ""],
      ...table().get("rule").map((rule) => [
        ...[...rule.get("inputEntry"), ...rule.get("outputEntry")].map((cell, at) => plain(cell.text ?? "", type(clauses()[at]))),
        rule.description ?? "",
      ]),
    ],
    put(rows, replace) {
      const modeling = viewer.get("modeling");
      if (replace) for (const row of [...sheet.getRoot().rows]) modeling.removeRow(row);
      for (const cells of rows) {
        const row = modeling.addRow({ type: "dmn:DecisionRule" });
        const rule = row.businessObject;
        [...rule.get("inputEntry"), ...rule.get("outputEntry")].forEach((cell, at) => {
          modeling.editCell(cell, feel(cells[at] ?? "", type(clauses()[at])));
        });
        const note = cells[clauses().length]?.trim();
        if (note) modeling.editAnnotation(rule, note);
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
