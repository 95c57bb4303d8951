// What the editor offers: never what the engine refuses; a dozen elements first, the rest to whoever asks for it.

const REFUSED = [/data-store/, /data-input/, /data-output/, /choreography/, /conversation/];
const FIRST = [
  "start-event", "intermediate-event", "end-event", "exclusive-gateway", "task", "subprocess-expanded",
  "user-task", "service-task", "rule-task", "timer", "message", "none-end", "parallel-gateway", "terminate",
  "append-task", "append-text-annotation", "text-annotation", "script-task", "call-activity", "gateway", "default-flow", "sequence-flow",
];
const TOOLS = ["hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create", "append"];
const TEMPLATE_GROUP = "ElementTemplates__CustomProperties";
const HIDDEN_GROUPS = ["Zeebe__TaskListeners", "Zeebe__ExecutionListeners", "group-ElementTemplates__Upgrade"];

const refused = (id) => REFUSED.some((pattern) => pattern.test(id));
const usual = (id) => TOOLS.includes(id) || id.includes("amicale.") || FIRST.some((word) => id.includes(word));

// Entries stand in categories, which are held to the same; a category with nothing in it goes too.
function chosen(entries, expert) {
  const kept = Object.entries(entries).flatMap(([id, entry]) => {
    if (refused(id)) return [];
    if (!entry.entries) return expert() || usual(id) ? [[id, entry]] : [];
    const inner = chosen(entry.entries, expert);
    return Object.keys(inner).length ? [[id, { ...entry, entries: inner }]] : [];
  });
  return Object.fromEntries(kept);
}

// The tab of the templates in words of this house: its own are not translated.
const ours = (entries, label) => Object.fromEntries(
  Object.entries(entries).map(([id, entry]) => [id, entry.tab ? { ...entry, tab: { id: entry.tab.id, label } } : entry]),
);

export function offering(expert, tab) {
  class Offering {
    constructor(palette, popupMenu, propertiesPanel) {
      palette.registerProvider(100, this);
      for (const menu of ["bpmn-create", "bpmn-append", "bpmn-replace"]) {
        popupMenu.registerProvider(menu, 100, {
          getPopupMenuEntries: () => (entries) => ours(chosen(entries, expert), tab),
          getPopupMenuHeaderEntries: () => (entries) => entries,
        });
      }
      propertiesPanel.registerProvider(100, this);
    }

    getPaletteEntries() {
      return (entries) => chosen(entries, expert);
    }

    // Listeners of processes and gateways are not run here, and so not offered there.
    getGroups(element) {
      const listens = /Task$|CallActivity$|SubProcess$|Event$/.test(element.type ?? "");
      // What a template asks for stands open: it is all that there is to fill in.
      const open = (group) => (group.id.startsWith(TEMPLATE_GROUP) ? { ...group, shouldOpen: true } : group);
      return (groups) =>
        groups.filter(({ id }) => !HIDDEN_GROUPS.includes(id) || (id === "Zeebe__ExecutionListeners" && listens && expert())).map(open);
    }
  }
  Offering.$inject = ["palette", "popupMenu", "propertiesPanel"];
  return { module: { __init__: ["offering"], offering: ["type", Offering] } };
}
