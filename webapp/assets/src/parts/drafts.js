// Keeps what is typed into forms that have a draft address: on the server a moment after the last key, at once on leaving.
// What could not be saved is tried again, less and less often, and as soon as the network is back.

import { LEAVING, STAYED, TURNED } from "./turning.js";

const QUIET_MS = 900;
const AGAIN_MS = 3_000;
const LONGEST_MS = 60_000;

export function keepDrafts(scope) {
  scope.querySelectorAll("form[data-draft]").forEach(watch);
}

export const withoutFiles = (form) => {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
};

// "kept", "refused" where the server will not have it however often, or "unanswered".
async function post(form) {
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: withoutFiles(form),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      redirect: "manual",
    });
    if (answer.ok) return "kept";
    return answer.status >= 500 || answer.status === 429 ? "unanswered" : "refused";
  } catch {
    return "unanswered";
  }
}

function watch(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let pause = AGAIN_MS;
  let saving = null; // the save under way
  let submitted = false;

  const say = (state) => {
    form.dataset.state = state;
    if (status) status.textContent = status.dataset[state] ?? "";
  };

  const later = (wait) => {
    clearTimeout(timer);
    if (form.isConnected && !submitted) timer = setTimeout(save, wait);
  };

  const store = async () => {
    say("saving");
    const outcome = await post(form);
    saving = null;
    if (outcome === "kept") {
      pause = AGAIN_MS;
      if (form.dataset.state === "saving") say("saved");
      return outcome;
    }
    say("failed");
    if (outcome === "unanswered") {
      later(pause);
      pause = Math.min(2 * pause, LONGEST_MS);
    }
    return outcome;
  };

  // Answers when all that is typed now is on the server, or cannot be.
  const save = async () => {
    clearTimeout(timer);
    while (saving) await saving;
    if (!["dirty", "failed"].includes(form.dataset.state)) return "kept";
    saving = store();
    return saving;
  };

  const touched = () => {
    submitted = false;
    say("dirty");
    later(QUIET_MS);
  };

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(timer);
      if (navigator.onLine || form.matches("[data-turn]")) {
        submitted = true;
        return;
      }
      event.preventDefault(); // Without a network the page of the browser would take the form away.
      event.stopImmediatePropagation();
      say("failed");
    },
    { capture: true },
  );
  const stay = () => {
    submitted = false;
    say("failed");
    later(pause);
  };
  const gone = new AbortController();
  const leave = () => {
    clearTimeout(timer);
    const open = ["dirty", "saving", "failed"].includes(form.dataset.state); // a save under way ends with its page
    if (form.isConnected && open && !submitted) navigator.sendBeacon(form.dataset.draft, withoutFiles(form));
  };
  const listening = { signal: gone.signal };
  window.addEventListener("online", () => form.dataset.state === "failed" && save(), listening);
  window.addEventListener("pagehide", leave, listening);
  document.addEventListener(LEAVING, (event) => form.isConnected && !submitted && event.detail.push(save()), listening);
  document.addEventListener(STAYED, () => submitted && stay(), listening);
  document.addEventListener(TURNED, () => form.isConnected || (clearTimeout(timer), gone.abort()), listening);
}
