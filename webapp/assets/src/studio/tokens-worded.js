// The buttons of the simulation in the reader's language: what each does, and to which element.

function fill(text, values) {
  return text.replace(/{(\w+)}/g, (_, key) => values[key]);
}

// Which way a fork takes now: the label of the flow, or where it leads.
function way(viewer, gateway) {
  const chosen = [viewer.get("simulator").getConfig(gateway).activeOutgoing ?? []].flat();
  return chosen.map(({ businessObject, target }) => businessObject.name || target.businessObject.name || target.id).join(", ");
}

function word(button, viewer, words) {
  button.dataset.does ??= button.title.replace(/^(Focus process instance) .*/, "$1");
  const text = words[button.dataset.does];
  if (!text) return;
  const id = button.closest("[data-container-id]")?.dataset.containerId;
  const element = id && viewer.get("elementRegistry").get(id);
  let said = element ? fill(words.of, { text, name: element.businessObject.name || words.unnamed }) : text;
  if (button.dataset.does === "Set Sequence Flow") said = fill(words.now, { text: said, way: way(viewer, element) });
  button.title = said;
  const shown = button.textContent.trim(); // how many tokens a case has
  button.setAttribute("aria-label", shown ? `${shown} – ${said}` : said);
}

export function worded(place, viewer, words) {
  const all = () => place.querySelectorAll("button[title]").forEach((button) => word(button, viewer, words));
  new MutationObserver(all).observe(place, { childList: true, subtree: true });
  viewer.get("eventBus").on("tokenSimulation.simulator.elementChanged", all);
  place.addEventListener("click", all);
  place.addEventListener("keydown", () => requestAnimationFrame(all));
  all();
}
