// Rules of the house for drawings, in the form that bpmnlint runs: what a gate does not ask, and a reader misses.

import { is, isAny } from "bpmnlint-utils";

const every = (type, look) => () => ({
  check: (node, reporter) => {
    if (isAny(node, [].concat(type))) look(node, (rule, ...more) => reporter.report(node.id, rule, ...more));
  },
});
const extensions = (node) => node.extensionElements?.get("values") ?? [];
const condition = (flow) => flow.conditionExpression?.body?.trim() ?? "";
const catches = (node) => node.eventDefinitions ?? [];
const named = (node) => Boolean(node.name?.trim());

// A reader sees a box without a word. Joins say nothing, and a jump is drawn by its own name.
const label = every(["bpmn:FlowNode", "bpmn:Participant", "bpmn:Lane"], (node, report) => {
  if (named(node) || (is(node, "bpmn:SubProcess") && node.triggeredByEvent)) return;
  if (isAny(node, ["bpmn:ParallelGateway", "bpmn:EventBasedGateway"])) return;
  if (is(node, "bpmn:Gateway") && (node.outgoing ?? []).length < 2) return;
  if (catches(node).some((each) => is(each, "bpmn:LinkEventDefinition"))) return;
  report(is(node, "bpmn:Gateway") ? "unnamed-question" : "unnamed", ["name"]);
});

// Behind a question, each answer that has a condition says which it is.
const answers = every("bpmn:SequenceFlow", (flow, report) => {
  if (condition(flow) && isAny(flow.sourceRef, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"]) && !named(flow)) {
    report("unnamed-answer", ["name"]);
  }
});

// Two flows between the same elements are one too many, unless they answer a question differently.
const twice = every("bpmn:FlowNode", (node, report) => {
  const seen = new Set();
  for (const flow of node.outgoing ?? []) {
    const same = `${flow.targetRef?.id}\n${condition(flow)}\n${flow.name ?? ""}`;
    if (seen.has(same)) report("same-way-twice");
    seen.add(same);
  }
});

// A running case keeps the form and the table that it began with.
const binding = every(["bpmn:UserTask", "bpmn:BusinessRuleTask", "bpmn:StartEvent"], (node, report) => {
  for (const each of extensions(node)) {
    const names = each.formId ? "form" : each.decisionId ? "decision" : null;
    if (names && (each.bindingType ?? "latest") === "latest") report(`newest-${names}`);
  }
});

// What this house runs by the standard and Camunda 8 does not: whoever hands the file on is told.
const elsewhere = every("bpmn:FlowNode", (node, report) => {
  const events = catches(node);
  const odd = isAny(node, ["bpmn:ComplexGateway", "bpmn:Transaction"])
    || events.length > 1
    || events.some((each) => is(each, "bpmn:CancelEventDefinition"))
    || (node.loopCharacteristics && is(node.loopCharacteristics, "bpmn:StandardLoopCharacteristics"))
    || (is(node, "bpmn:ReceiveTask") && node.instantiate)
    || (is(node, "bpmn:Activity") && (node.outgoing ?? []).some((flow) => condition(flow) || node.default === flow));
  if (odd) report("not-in-camunda-8");
});

export const house = {
  "house/label": label, "house/answers": answers, "house/twice": twice, "house/binding": binding, "house/elsewhere": elsewhere,
};
