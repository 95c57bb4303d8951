// Steps that were drawn without a template open with the form of the one that fits them. It stands in the open editor
// alone: what is saved says what its authors wrote.

const ID = "zeebe:modelerTemplate";
const VERSION = "zeebe:modelerTemplateVersion";

function wear(bo, { id, version }) {
  bo.set(ID, id);
  bo.set(VERSION, version);
}

export function implying(modeler, fitting, templates) {
  const registry = modeler.get("elementRegistry");
  const worn = new Map();
  for (const [element, id] of Object.entries(fitting ?? {})) {
    const bo = registry.get(element)?.businessObject;
    const template = templates.find((each) => each.id === id);
    if (!bo || !template || bo.get(ID)) continue;
    wear(bo, template);
    worn.set(bo, template);
  }

  // Writes the diagram without them. Whoever chose another template, or none, meant it.
  return async (write) => {
    const off = [...worn].filter(([bo, { id }]) => bo.get(ID) === id);
    off.forEach(([bo]) => wear(bo, { id: undefined, version: undefined }));
    try {
      return await write();
    } finally {
      off.forEach(([bo, template]) => wear(bo, template));
    }
  };
}
