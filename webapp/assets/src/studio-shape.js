// Tokens run through a draft: what a diagram does by its shape alone, without data, people or time.

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { following, recorded } from "./studio/tokens-told.js";
import { simulation } from "./studio/tokens.js";
import { worded } from "./studio/tokens-worded.js";

const READABLE = 0.75; // the library hides its buttons below 0.5
const ROOM = 140; // left of the start, for the buttons of the simulation
const MARGIN = 30; // above and below

// Whole where it can be read whole; else at a readable size, from the start event on.
function show(canvas, registry) {
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() >= READABLE) return;
  const start = registry.find(({ type, parent }) => type === "bpmn:StartEvent" && parent?.type !== "bpmn:SubProcess");
  const { inner, outer } = canvas.viewbox();
  const [width, height] = [outer.width / READABLE, outer.height / READABLE];
  const place = start ?? inner;
  // The start in the middle, but no empty sheet above the diagram or below it.
  const lowest = inner.y + inner.height + MARGIN - height;
  const y = Math.max(inner.y - MARGIN, Math.min(place.y + place.height / 2 - height / 2, lowest));
  canvas.viewbox({ x: place.x - ROOM, y, width, height });
}

// The labels of the diagram in the reader's language.
function name(viewer, names) {
  const bus = viewer.get("eventBus");
  viewer.get("elementRegistry").forEach((element) => {
    const label = names[element.id];
    if (!label || !element.businessObject.name) return;
    element.businessObject.name = label;
    bus.fire("element.changed", { element });
    if (element.label) bus.fire("element.changed", { element: element.label });
  });
}

async function open(place) {
  const words = JSON.parse(place.dataset.words);
  const viewer = new NavigatedViewer({ container: place, additionalModules: [simulation(words)] });
  const diagram = await fetch(place.dataset.shape, { credentials: "same-origin" });
  if (!diagram.ok) throw new Error(`diagram: ${diagram.status}`);
  await viewer.importXML(await diagram.text());
  name(viewer, JSON.parse(place.dataset.names));
  show(viewer.get("canvas"), viewer.get("elementRegistry"));
  worded(place, viewer, words);
  recorded(document.querySelector("[data-reached]"), viewer, words);
  following(place, viewer);
  const tools = document.querySelector("[data-diagram-tools]");
  tools.hidden = false;
  tools.querySelector("[data-zoom-in]").addEventListener("click", () => viewer.get("zoomScroll").stepZoom(1));
  tools.querySelector("[data-zoom-out]").addEventListener("click", () => viewer.get("zoomScroll").stepZoom(-1));
  viewer.get("toggleMode").toggleMode(true);
  place.dataset.state = "ready";
}

const place = document.querySelector("[data-shape]");
open(place).catch((error) => {
  place.dataset.state = "failed";
  place.replaceChildren(JSON.parse(place.dataset.words).failed);
  throw error;
});
