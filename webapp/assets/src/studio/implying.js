// Steps that were drawn without a template open with the form of the one that fits them. It stands in the open editor
// alone: what is saved says what its authors wrote. Such a step bears a mark where others have a picture, so that what
// is pasted from it, or takes its place, is known by it too; whoever chooses a template in the panel takes the mark away.

const ID = "zeebe:modelerTemplate";
const VERSION = "zeebe:modelerTemplateVersion";
const MARK = "zeebe:modelerTemplateIcon";
const IMPLIED = "amicale:implied";

function wear(bo, worn) {
  for (const [name, value] of Object.entries(worn)) bo.set(name, value);
}

export function implying(modeler, fitting, templates) {
  const registry = modeler.get("elementRegistry");
  for (const [element, id] of Object.entries(fitting ?? {})) {
    const bo = registry.get(element)?.businessObject;
    const template = templates.find((each) => each.id === id);
    if (bo && template && !bo.get(ID)) wear(bo, { [ID]: id, [VERSION]: template.version, [MARK]: IMPLIED });
  }

  // Writes the diagram without them. Whoever chose another template, or none, meant it.
  return async (write) => {
    const off = new Map();
    for (const { businessObject: bo } of registry.getAll()) {
      if (bo?.get && bo.get(MARK) === IMPLIED) {
        off.set(bo, Object.fromEntries([ID, VERSION, MARK].map((name) => [name, bo.get(name)])));
        wear(bo, { [ID]: undefined, [VERSION]: undefined, [MARK]: undefined });
      }
    }
    try {
      return await write();
    } finally {
      off.forEach((worn, bo) => wear(bo, worn));
    }
  };
}
