// Counts the seconds for which something can still be undone; what is over is offered no longer. Without this file the
// page says until when.

import { TURNED } from "./turning.js";

const SECOND_MS = 1_000;

function count(said) {
  const end = performance.now() + Number(said.dataset.left) * SECOND_MS;
  const tick = () => {
    if (!said.isConnected) return;
    const left = Math.ceil((end - performance.now()) / SECOND_MS);
    if (left <= 0) return said.closest("[data-undo-offer]").remove();
    said.textContent = said.dataset.leftWords.replace("…", left);
    setTimeout(tick, SECOND_MS / 4);
  };
  tick();
}

const begin = () => document.querySelectorAll("[data-undo-offer] [data-left]").forEach(count);

export function countDown() {
  begin();
  document.addEventListener(TURNED, begin);
}
