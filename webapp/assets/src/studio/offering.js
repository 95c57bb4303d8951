// What the editor offers: never what the engine refuses; a dozen elements first, the rest to whoever asks for it.

const REFUSED = [/data-store/, /data-input/, /data-output/, /choreography/, /conversation/];
const FIRST = [
  "start-event", "intermediate-event", "end-event", "exclusive-gateway", "task", "subprocess-expanded",
  "user-task", "service-task", "rule-task", "timer", "message", "none-end", "parallel-gateway", "terminate",
  "append-task", "append-text-annotation", "text-annotation", "script-task", "call-activity", "gateway",
];
const TOOLS = ["hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create", "append"];
const HIDDEN_GROUPS = ["Zeebe__TaskListeners", "Zeebe__ExecutionListeners", "group-ElementTemplates__Upgrade"];

const refused = (id) => REFUSED.some((pattern) => pattern.test(id));
const usual = (id) => TOOLS.includes(id) || id.includes("amicale.") || FIRST.some((word) => id.includes(word));

function chosen(entries, expert) {
  const kept = Object.entries(entries).filter(([id]) => !refused(id) && (expert() || usual(id)));
  return Object.fromEntries(kept);
}

export function offering(expert) {
  class Offering {
    constructor(palette, popupMenu, propertiesPanel) {
      palette.registerProvider(100, this);
      for (const menu of ["bpmn-create", "bpmn-append", "bpmn-replace"]) {
        popupMenu.registerProvider(menu, 100, {
          getPopupMenuEntries: () => (entries) => chosen(entries, expert),
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
      return (groups) =>
        groups.filter(({ id }) => !HIDDEN_GROUPS.includes(id) || (id === "Zeebe__ExecutionListeners" && listens && expert()));
    }
  }
  Offering.$inject = ["palette", "popupMenu", "propertiesPanel"];
  return { module: { __init__: ["offering"], offering: ["type", Offering] } };
}
