// What an expression may name: what work, forms, tables, called processes and the outside write, with type and origin.

import VariableProvider from "@bpmn-io/variable-resolver/lib/VariableProvider";
import { is } from "bpmn-js/lib/util/ModelUtil";
import { wording } from "./words-variables.js";

const LATE = 500; // after the resolver has read the whole diagram
const extensions = (bo) => bo.extensionElements?.get("values") ?? [];
const named = (bo, type) => extensions(bo).find((each) => each.$type === type);

// What the process says that it is given from outside: names, by comma.
function declared(bo) {
  const found = named(bo, "zeebe:Properties")?.get("properties") ?? [];
  const names = found.find(({ name }) => name === "case.variables")?.value ?? "";
  return names.split(",").map((name) => ({ name: name.trim() })).filter(({ name }) => name);
}

// What an element writes, as the house knows it: nothing where the diagram alone says all.
export function written(bo, told) {
  if (is(bo, "bpmn:Process")) return [...declared(bo), ...told.begun];
  if (is(bo, "bpmn:CallActivity")) {
    const call = named(bo, "zeebe:CalledElement");
    return call && call.propagateAllChildVariables !== false ? told.processes[call.processId] ?? [] : [];
  }
  const decision = named(bo, "zeebe:CalledDecision");
  if (decision?.resultVariable) {
    const answer = told.decisions[decision.decisionId];
    return answer ? [{ name: decision.resultVariable, ...answer }] : [];
  }
  const form = named(bo, "zeebe:FormDefinition");
  if (form) return told.forms[form.formId] ?? [];
  return told.work[named(bo, "zeebe:TaskDefinition")?.type] ?? [];
}

// As the resolver reads it. Its types are words with a capital; what nobody knows is of any.
const typed = ({ name, type, entries, isList }) => ({
  name, type: type ? type[0].toUpperCase() + type.slice(1) : "Any", ...(isList ? { isList } : {}),
  ...(entries ? { entries: entries.map(typed) } : {}),
});

export function knowing(told, language) {
  const said = wording[language] ?? wording.en;

  class Knowing extends VariableProvider {
    constructor(variableResolver, eventBus) {
      super(variableResolver);
      eventBus.on("variableResolver.parseVariables", LATE, (event, context) => {
        Object.values(context.variables).forEach((found) => found.forEach(label));
      });
    }

    getVariables(bo) {
      const found = written(bo, told).map(typed);
      // With mappings of results, these stay where they are and only what is mapped leaves.
      const stays = named(bo, "zeebe:IoMapping")?.get("outputParameters")?.length;
      return stays && !is(bo, "bpmn:Process") ? found.map((each) => ({ ...each, scope: bo })) : found;
    }
  }
  Knowing.$inject = ["variableResolver", "eventBus"];

  // The type beside the name, and who writes it: in words, in the reader's language.
  function label(variable) {
    variable.detail = said.types[variable.type?.toLowerCase()] ?? (variable.entries?.length ? said.types.context : "");
    const writers = (variable.origin ?? []).map((bo) => (is(bo, "bpmn:Process") ? said.outside : bo.name || bo.id));
    if (writers.length) variable.info = `${said.from} ${[...new Set(writers)].join(", ")}`;
    variable.entries?.forEach(label);
  }
  return { __init__: ["knowing"], knowing: ["type", Knowing] };
}
