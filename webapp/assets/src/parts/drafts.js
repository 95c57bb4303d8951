// Keeps what is typed into forms that have a draft address: on the server a moment after the last key, at once on leaving.

import { LEAVING, TURNED } from "./turning.js";

const QUIET_MS = 900;

export function keepDrafts(scope) {
  scope.querySelectorAll("form[data-draft]").forEach(watch);
}

function watch(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let sending = false;
  let submitted = false;

  const say = (state) => {
    form.dataset.state = state;
    if (status) status.textContent = status.dataset[state] ?? "";
  };

  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };

  const save = async () => {
    clearTimeout(timer);
    if (sending) {
      timer = setTimeout(save, QUIET_MS);
      return;
    }
    sending = true;
    say("saving");
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: typed(),
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      say(answer.ok ? (form.dataset.state === "dirty" ? "dirty" : "saved") : "failed");
    } catch {
      say("failed");
    }
    sending = false;
  };

  const touched = () => {
    submitted = false;
    say("dirty");
    clearTimeout(timer);
    timer = setTimeout(save, QUIET_MS);
  };

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(timer);
      if (navigator.onLine) {
        submitted = true;
        return;
      }
      event.preventDefault(); // Without a network the page of the browser would take the form away.
      event.stopImmediatePropagation();
      say("failed");
    },
    { capture: true },
  );
  const gone = new AbortController();
  const leave = () => {
    clearTimeout(timer);
    if (form.isConnected && form.dataset.state === "dirty" && !submitted) navigator.sendBeacon(form.dataset.draft, typed());
  };
  const listening = { signal: gone.signal };
  window.addEventListener("online", () => form.dataset.state === "failed" && save(), listening);
  window.addEventListener("pagehide", leave, listening);
  document.addEventListener(LEAVING, leave, listening);
  document.addEventListener(TURNED, () => form.isConnected || (clearTimeout(timer), gone.abort()), listening);
}

// The answer of this form never arrived: it stands as it was, and is kept as a draft as soon as the network is back.
export function stayed(form) {
  form.dataset.state = "failed";
  const status = form.querySelector("[data-draft-status]");
  if (status) status.textContent = status.dataset.failed ?? "";
}
