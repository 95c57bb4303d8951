// The read-only diagram: where the case stands, what it went through. The list below it says the same in words.

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { TURNED } from "./parts/turning.js";

const PADDING = 24;
const READABLE = 0.75;
const TOO_SMALL = 0.3; // not even the outline tells anything

function fit(canvas) {
  const inner = canvas.viewbox().inner;
  canvas.viewbox({
    x: inner.x - PADDING,
    y: inner.y - PADDING,
    width: inner.width + 2 * PADDING,
    height: inner.height + 2 * PADDING,
  });
}

// Keeps a window of this size inside the drawing: no half-empty picture when the place lies near an edge.
function within(wanted, start, length, size) {
  const least = start - PADDING;
  return Math.max(least, Math.min(wanted, start + length + PADDING - size));
}

// Where an element lies; of a way, which has no place of its own, where it begins.
function boxOf(element) {
  return element?.waypoints ? { ...element.waypoints[0], width: 0, height: 0 } : element;
}

// A wide diagram on a small screen cannot be read whole: then show the place where the case stands, at a readable size;
// where it stands nowhere, the place where it begins.
function show(canvas, registry, standing) {
  fit(canvas);
  const begins = () => registry.filter(({ type, parent }) => type === "bpmn:StartEvent" && !/SubProcess/.test(parent?.type ?? ""))[0];
  const place = standing.map((id) => boxOf(registry.get(id))).find(Boolean) ?? (canvas.zoom() < TOO_SMALL ? begins() : null);
  if (canvas.zoom() >= 0.45 || !place) return;
  const { outer, inner } = canvas.viewbox();
  const width = outer.width / READABLE;
  const height = outer.height / READABLE;
  canvas.viewbox({
    x: within(place.x + place.width / 2 - width / 2, inner.x, inner.width, width),
    y: within(place.y + place.height / 2 - height / 2, inner.y, inner.height, height),
    width,
    height,
  });
}

// How many cases stand at an element: a number that leads to them; how often it is passed: a shade of five.
function badges(viewer, registry, canvas, wanted) {
  for (const { element, count, heat, url, title, incident } of wanted) {
    if (!registry.get(element)) continue;
    if (heat) canvas.addMarker(element, `am-heat-${heat}`);
    if (!count) continue;
    const link = document.createElement("a");
    link.href = url;
    link.className = incident ? "am-badge am-badge--incident" : "am-badge";
    link.textContent = count;
    link.setAttribute("aria-label", title);
    viewer.get("overlays").add(element, { position: { top: -16, right: 16 }, html: link, scale: { min: 0.8 } });
  }
}

// On a phone a picture of many cases begins where most of them stand; on a wide screen with the whole.
function busiest(place, numbers) {
  if (place.clientWidth >= 600) return [];
  const most = [...numbers].sort((one, other) => other.count - one.count)[0];
  return most?.count ? [most.element] : [];
}

async function draw(place) {
  const viewer = new NavigatedViewer({ container: place });
  const [diagram, position] = await Promise.all([
    fetch(place.dataset.diagram, { credentials: "same-origin" }),
    JSON.parse(place.dataset.position),
  ]);
  if (!diagram.ok) throw new Error(`diagram: ${diagram.status}`);
  await viewer.importXML(await diagram.text());
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const mark = (ids, name) => ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, name));
  mark(position.done, "am-done");
  mark(position.flows, "am-taken");
  mark(position.standing, "am-here");
  mark(position.incidents, "am-incident");
  mark(position.missed ?? [], "am-missed");
  for (const [id, name] of Object.entries(JSON.parse(place.dataset.names ?? "{}"))) {
    const element = registry.get(id);
    const text = ["name", "text"].find((each) => element?.businessObject[each]); // a note has no name
    if (text) {
      element.businessObject[text] = name;
      viewer.get("eventBus").fire("element.changed", { element });
      if (element.label) viewer.get("eventBus").fire("element.changed", { element: element.label });
    }
  }
  const numbers = JSON.parse(place.dataset.badges ?? "[]");
  badges(viewer, registry, canvas, numbers);
  show(canvas, registry, [...(position.look ?? []), ...position.incidents, ...position.standing, ...busiest(place, numbers)]);
  const tools = place.parentElement.querySelector("[data-diagram-tools]");
  if (tools) {
    tools.hidden = false;
    tools.querySelector("[data-zoom-in]").addEventListener("click", () => viewer.get("zoomScroll").stepZoom(1));
    tools.querySelector("[data-zoom-out]").addEventListener("click", () => viewer.get("zoomScroll").stepZoom(-1));
    tools.querySelector("[data-zoom-fit]").addEventListener("click", () => fit(canvas));
  }
  place.dataset.state = "ready";
}

function open(place) {
  if (place.dataset.state) return;
  place.dataset.state = "loading";
  draw(place).catch(() => {
    place.dataset.state = "failed";
    place.closest("[data-diagram-figure]")?.classList.add("am-diagram--failed");
  });
}

// A diagram in a closed <details> is drawn when it is opened: it has no size before.
function begin() {
  document.querySelectorAll("[data-diagram]").forEach((place) => {
    const box = place.closest("details");
    if (box && !box.open) box.addEventListener("toggle", () => open(place), { once: true });
    else open(place);
  });
}

document.addEventListener(TURNED, begin);
begin();
