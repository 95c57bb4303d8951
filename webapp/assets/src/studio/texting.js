// Under the choice of a mail's text: a link to the page on which its words are read, tried and changed.

import { h } from "@bpmn-io/properties-panel/preact";
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil";
import { wording } from "./words-variables.js";

const MAIL = "amicale.mail.send";
const chooses = ({ binding }) => binding.type === "zeebe:taskHeader" && binding.key === "template";

function chosen(element) {
  const written = getBusinessObject(element)?.extensionElements?.get("values") ?? [];
  const headers = written.find(({ $type }) => $type === "zeebe:TaskHeaders")?.get("values") ?? [];
  return headers.find(({ key }) => key === "template")?.value;
}

// `texts`: the address of the list of texts; "" for whoever may not open it.
export function texting(templates, { texts }, language) {
  const said = (wording[language] ?? wording.en).text;
  const at = templates.find(({ id }) => id === MAIL)?.properties.findIndex(chooses) ?? -1;
  if (!texts || at < 0) return {};
  return {
    [`custom-entry-${MAIL}-${at}`]: (element) => {
      const name = chosen(element);
      return name && h("p", {}, h("a", { class: "govuk-link", href: `${texts}/mail/${encodeURIComponent(name)}` }, said));
    },
  };
}
