// A path to the trouble, walked on the drawing: numbered, step by step or by itself, with each step in words.

const PACE_MS = 900;
const LABELLED = /Event$|Gateway$/;

export function replaying(editor, modeler, called) {
  const bar = editor.querySelector("[data-replay]");
  const said = bar.querySelector("[data-replay-said]");
  const play = bar.querySelector("[data-replay-play]");
  const overlays = modeler.get("overlays");
  const canvas = modeler.get("canvas");
  const registry = modeler.get("elementRegistry");
  let path = [];
  let at = 0;
  let running = null;

  const name = (element) => called(element) || element.id;

  function stop() {
    clearInterval(running);
    running = null;
    play.textContent = play.dataset.play;
  }

  function clear() {
    stop();
    overlays.remove({ type: "st-step" });
    path.forEach((element) => registry.get(element.id) && canvas.removeMarker(element, "st-now"));
    bar.hidden = true;
    path = [];
  }

  function step(to) {
    if (registry.get(path[at]?.id)) canvas.removeMarker(path[at], "st-now");
    at = Math.max(0, Math.min(to, path.length - 1));
    if (!registry.get(path[at].id)) { clear(); return; } // it was taken out meanwhile
    canvas.addMarker(path[at], "st-now");
    canvas.scrollToElement(path[at], 120);
    said.textContent = said.dataset.text.replace("{step}", at + 1).replace("{steps}", path.length).replace("{name}", name(path[at]));
    if (at === path.length - 1) stop();
  }

  function number(element, numbers) {
    const badge = document.createElement("span");
    badge.className = "st-step";
    badge.textContent = numbers.join(", ");
    overlays.add(element, "st-step", { position: { top: LABELLED.test(element.type) ? -22 : -12, left: -10 }, html: badge });
  }

  function show(ids) {
    clear();
    const found = ids.map((id) => registry.get(id)).filter((element) => element?.parent && !element.waypoints);
    if (found.length < 2) return;
    path = found;
    const numbers = new Map();
    path.forEach((element, index) => numbers.set(element, [...(numbers.get(element) ?? []), index + 1]));
    numbers.forEach((list, element) => number(element, list));
    bar.hidden = false;
    step(path.length - 1);
  }

  bar.querySelector("[data-replay-back]").addEventListener("click", () => { stop(); step(at - 1); });
  bar.querySelector("[data-replay-on]").addEventListener("click", () => { stop(); step(at + 1); });
  bar.querySelector("[data-replay-close]").addEventListener("click", clear);
  play.addEventListener("click", () => {
    if (running) { stop(); return; }
    step(at === path.length - 1 ? 0 : at);
    play.textContent = play.dataset.stop;
    running = setInterval(() => step(at + 1), PACE_MS);
  });
  return show;
}
