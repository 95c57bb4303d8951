// bpmnlint with the rules of this house, on the drawing as one draws: a sentence for each finding, with its place.

import Linter from "bpmnlint/lib/linter";
import bpmndi from "bpmnlint/rules/no-bpmndi";
import implicitEnd from "bpmnlint/rules/no-implicit-end";
import implicitStart from "bpmnlint/rules/no-implicit-start";
import overlapping from "bpmnlint/rules/no-overlapping-elements";
import superfluousGateway from "bpmnlint/rules/superfluous-gateway";
import superfluousLabel from "bpmnlint/rules/superfluous-label";
import superfluousTermination from "bpmnlint/rules/superfluous-termination";
import { house } from "./lint-rules.js";
import words from "./words-lint.js";

const QUIET_MS = 250;
const RULES = {
  ...house, "no-bpmndi": bpmndi, "no-implicit-end": implicitEnd, "no-implicit-start": implicitStart,
  "no-overlapping-elements": overlapping, "superfluous-gateway": superfluousGateway,
  "superfluous-label": superfluousLabel, "superfluous-termination": superfluousTermination,
};
const linter = new Linter({
  config: { rules: Object.fromEntries(Object.keys(RULES).map((name) => [name, "warn"])) },
  resolver: { resolveRule: (pkg, name) => RULES[name] ?? RULES[`${pkg.replace("bpmnlint-plugin-", "")}/${name}`], resolveConfig: () => null },
});

// What is said of an element: by the rule of bpmnlint, or the sentence that our rule chose.
const key = (rule, message) => (message in words.fr ? message : /outside of parent/.test(message) ? "outside" : rule);

export async function linted(definitions) {
  const found = Object.entries(await linter.lint(definitions)).flatMap(([rule, reports]) => {
    return reports.map(({ id, message, category }) => {
      if (category === "rule-error") throw new Error(`${rule}: ${message}`);
      return { id, key: key(rule, message) };
    });
  });
  const once = new Map(found.map((each) => [`${each.id}\n${each.key}`, each]));
  return [...once.values()];
}

// The list under the drawing; `mark` shows on the drawing what the list says.
export function linting(editor, modeler, called, mark) {
  const place = editor.querySelector("[data-lint]");
  const sum = editor.querySelector("[data-lint-sum]");
  const said = words[editor.dataset.language] ?? words.en;
  let waiting = null;
  let turn = 0;

  // What was just put has no name yet: it is known by what bears it, or leads to it.
  function beside(shape) {
    const bearer = shape?.host ?? null;
    const named = called(bearer ?? shape?.incoming?.[0]?.source);
    return named && { named, bears: Boolean(bearer) };
  }

  function line({ id, key: what }) {
    const shape = modeler.get("elementRegistry").get(id);
    const { name: own, sourceRef, targetRef } = shape?.businessObject ?? {};
    const ends = [sourceRef, targetRef].map((end) => called(modeler.get("elementRegistry").get(end?.id)));
    const spot = called(shape); // without a name of its own: where it stands, within the sentence
    const name = (own ? spot : spot && spot.charAt(0).toLowerCase() + spot.slice(1)) || (ends.some(Boolean) ? ends.map((end) => end || "…").join(" → ") : "");
    const item = document.createElement("li");
    item.className = "st-finding st-finding--drawing";
    const blank = own || ends.some(Boolean) ? "{name}" : /[«“]\s*\{name\}\s*[»”]/; // only a name stands in quotation marks
    const sentence = said[what].replace(blank, name || said.called(shape?.type, id, beside(shape)));
    const text = Object.assign(document.createElement("span"), {
      className: "st-finding__text", textContent: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    });
    const link = Object.assign(document.createElement("a"), { className: "govuk-link", href: `#${id}`, textContent: place.dataset.show });
    Object.assign(link.dataset, { element: id, file: editor.dataset.name });
    const hidden = Object.assign(document.createElement("span"), { className: "govuk-visually-hidden", textContent: ` – ${text.textContent}` });
    link.append(hidden);
    item.append(text, link);
    return item;
  }

  async function look() {
    turn += 1;
    const mine = turn;
    const found = await linted(modeler.getDefinitions());
    if (mine !== turn) return;
    place.replaceChildren(...found.map(line));
    sum.textContent = found.length ? sum.dataset.some.replace("{count}", found.length) : sum.dataset.none;
    mark();
  }

  modeler.on(["commandStack.changed", "import.done"], () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, QUIET_MS);
  });
  return look();
}
