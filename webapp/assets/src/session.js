// A session on a tablet: what was tapped is kept on the device at once, sent when there is a network, and said to be saved.
// The request key goes along each time, so that sending twice notes once. Without this file the form works as any form.

const RETRY_MS = 15_000;
const form = document.querySelector("form[data-session]");

function say(state) {
  form.dataset.state = state;
  form.querySelector("[data-state]").textContent = form.dataset[state] ?? "";
}

const store = () => `session:${form.dataset.store}`;

function keep(waiting) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  localStorage.setItem(store(), JSON.stringify({ fields, waiting }));
}

function bring() {
  const kept = JSON.parse(localStorage.getItem(store()) ?? "null");
  if (kept === null) return false;
  const values = new Map(kept.fields);
  for (const field of form.elements) {
    if (!field.name || field.name === "csrf_token" || field.name === "task") continue;
    if (field.type === "radio") field.checked = values.get(field.name) === field.value;
    else if (field.type === "checkbox") field.checked = values.has(field.name);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
  return kept.waiting;
}

let under_way = false;

async function send() {
  if (under_way) return;
  under_way = true;
  keep(true);
  say("sending");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (answer.ok) {
      localStorage.removeItem(store());
      say("saved");
      setTimeout(() => location.assign(form.dataset.board), 1_200);
    } else if (answer.status >= 500) {
      say("kept");
    } else {
      say("refused");
    }
  } catch {
    say("kept");
  } finally {
    under_way = false;
  }
}

if (form !== null) {
  const waiting = bring();
  form.addEventListener("change", () => keep(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  addEventListener("online", () => form.dataset.state === "kept" && send());
  setInterval(() => form.dataset.state === "kept" && send(), RETRY_MS);
  if (waiting) send();
  else say("ready");
}
