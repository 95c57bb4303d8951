// What the tokens do, in words below the diagram; and the diagram moves with them.

const KEPT = 200; // entries: a loop goes on for as long as it is let

// A start and an event on a border are never entered: they happen, and are left.
function comes({ action, element: { businessObject } }) {
  const happens = ["bpmn:StartEvent", "bpmn:BoundaryEvent"].some((kind) => businessObject.$instanceOf(kind));
  return businessObject.$instanceOf("bpmn:FlowNode") && action === (happens ? "exit" : "enter");
}

export function recorded(list, viewer, words) {
  const bus = viewer.get("eventBus");
  const say = (text, kind) => {
    const entry = Object.assign(document.createElement("li"), { textContent: text });
    entry.dataset.told = kind;
    list.append(entry);
    while (list.children.length > KEPT) list.firstChild.remove();
  };
  bus.on("tokenSimulation.simulator.trace", (step) => {
    if (comes(step) && step.element.businessObject.name) say(step.element.businessObject.name, "entered");
  });
  bus.on("tokenSimulation.simulator.destroyScope", ({ scope }) => {
    if (!["bpmn:Process", "bpmn:Participant"].includes(scope.element.type)) return;
    say(scope.completed ? words.Finished : words.stopped, "finished");
  });
  bus.on("tokenSimulation.resetSimulation", () => list.replaceChildren());
}

// A token that leaves the window is followed; so is the keyboard, whose browser would scroll the frame and not the drawing.
export function following(place, viewer) {
  const canvas = viewer.get("canvas");
  viewer.get("eventBus").on("tokenSimulation.simulator.trace", (step) => {
    if (comes(step)) canvas.scrollToElement(step.element);
  });
  place.addEventListener("focusin", ({ target }) => {
    const id = target.closest("[data-container-id]")?.dataset.containerId;
    if (!id) return;
    for (let frame = target; frame !== place.parentElement; frame = frame.parentElement) frame.scrollTo(0, 0);
    canvas.scrollToElement(id);
  });
}
