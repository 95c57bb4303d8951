// Under the value of a timer: where its figure stands, with a link to the page of the table, or what calculates it.

import { h } from "@bpmn-io/properties-panel/preact";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { written } from "./knowing.js";
import { wording } from "./words-variables.js";

const FIGURE = /\bparameters\.([a-z]\w*)(?:\.([A-Za-z]\w*))?/g;
const NAME = /[A-Za-z_]\w*/g;
const VALUES = ["timeDuration", "timeDate", "timeCycle"];
const calculated = (bo) => (bo.extensionElements?.get("values") ?? []).find(({ $type }) => $type === "zeebe:Script")?.resultVariable;

// What the timer says now; "" for an element that is none, and for what is written out.
function expression(element) {
  const timer = (getBusinessObject(element)?.eventDefinitions ?? []).find((each) => is(each, "bpmn:TimerEventDefinition"));
  const body = VALUES.map((name) => timer?.get(name)?.get("body")).find(Boolean) ?? "";
  return body.startsWith("=") ? body.replace(/"[^"]*"/g, "") : "";
}

const linked = ({ label, address }, key) => h("a", { class: "govuk-link", href: key ? `${address}#key-${key}` : address }, label);
const listed = (links) => links.flatMap((link, at) => (at ? [", ", link] : [link]));

export function timing(told, language, elements, called) {
  const said = (wording[language] ?? wording.en).timing;
  const { tables, rows, read } = told.figures;

  function direct(text) {
    const found = [...text.matchAll(FIGURE)].filter(([, table]) => tables[table]);
    return found.map(([, table, key]) => {
      const named = rows[table]?.[key];
      return h("p", {}, said.stands, linked(tables[table], key), named ? said.row.replace("{name}", named) : "", ".");
    });
  }

  function writers(names) {
    const found = elements().filter(({ businessObject: bo }) => {
      return !is(bo, "bpmn:Process") && [calculated(bo), ...written(bo, told).map(({ name }) => name)].some((name) => names.has(name));
    });
    return [...new Set(found.map((each) => called(each) || each.id))];
  }

  // Where the value comes of a calculation: which steps calculate it, and which tables their work reads.
  function indirect(text) {
    const steps = writers(new Set(text.match(NAME)));
    if (!steps.length) return [];
    const by = h("p", {}, said.by.replace("{steps}", steps.map((name) => said.quoted.replace("{name}", name)).join(", ")));
    return read.length ? [by, h("p", {}, said.figures, ...listed(read.map((name) => linked(tables[name]))), ".")] : [by];
  }

  return {
    timerEventDefinitionValue: (element) => {
      const text = expression(element);
      const found = direct(text);
      const shown = found.length ? found : indirect(text);
      return shown.length ? shown : undefined;
    },
  };
}
