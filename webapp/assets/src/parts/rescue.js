// What was typed into a form that is gone from the page, since somebody else has its task: it goes to the server as it is, and
// comes back as the page shows it. Until the server has it, it stands on the page to be copied, and the browser asks before it
// leaves. A server that does not answer is asked again, less and less often; one that refuses is not.

import { withoutFiles } from "./drafts.js";

const AGAIN_MS = 3_000;
const LONGEST_MS = 60_000;
const CHOSEN = ["radio", "checkbox"];
const UNTYPED = ["hidden", "file", "password", "submit", "button", "fieldset"];
const KEPT = "kept";
const REFUSED = "refused";
const UNANSWERED = "unanswered";

export async function rescue(form, place) {
  const stay = (event) => event.preventDefault();
  window.addEventListener("beforeunload", stay);
  const shown = { place };
  let outcome = await save(form, shown, stay);
  for (let pause = AGAIN_MS; outcome === UNANSWERED; pause = Math.min(2 * pause, LONGEST_MS)) {
    show(form, shown);
    await new Promise((again) => setTimeout(again, pause));
    outcome = await save(form, shown, stay);
  }
  if (outcome === REFUSED) show(form, shown);
}

async function save(form, shown, stay) {
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: withoutFiles(form), credentials: "same-origin" });
    if (answer.status >= 500 || answer.status === 429) return UNANSWERED;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const typed = page.querySelector("[data-typed]");
    const came = page.querySelector("#task-form"); // nobody has the task any more: the draft stands in its form
    if (!typed && !came) return REFUSED; // the session is over, the task is not for this person, the text is too long
    window.removeEventListener("beforeunload", stay);
    if (typed) put(typed, shown);
    else if (shown.place.isConnected) location.assign(answer.url);
    return KEPT;
  } catch {
    return UNANSWERED; // no network
  }
}

function put(section, shown) {
  if (shown.place.isConnected) shown.place.replaceWith(document.adoptNode(section));
  shown.place = section;
}

function show(form, shown) {
  const words = document.querySelector("template[data-typed-words]")?.content.cloneNode(true);
  if (!words || shown.done) return;
  const section = document.createElement("section");
  const list = Object.assign(document.createElement("dl"), { className: "govuk-summary-list" });
  section.dataset.typed = "";
  section.setAttribute("role", "alert");
  for (const [asked, said] of typedIn(form)) list.append(row(asked, said));
  section.append(words, list);
  put(section, shown);
  shown.done = true;
}

function row(asked, said) {
  const line = Object.assign(document.createElement("div"), { className: "govuk-summary-list__row" });
  const key = Object.assign(document.createElement("dt"), { className: "govuk-summary-list__key", textContent: asked });
  line.append(key, Object.assign(document.createElement("dd"), { className: "govuk-summary-list__value", textContent: said }));
  return line;
}

const words = (element) => element?.textContent.trim() ?? "";

function typedIn(form) {
  const fields = [...form.elements].filter((each) => each.name && !UNTYPED.includes(each.type));
  return fields.map((each) => answerOf(form, each)).filter(([, said]) => said);
}

// [what is asked, what was typed or chosen]; nothing chosen is "".
function answerOf(form, field) {
  const label = words(form.querySelector(`label[for="${CSS.escape(field.id)}"]`)); // field.labels is empty beside the document
  if (CHOSEN.includes(field.type)) return [words(field.closest("fieldset")?.querySelector("legend")), field.checked ? label : ""];
  if (field.type === "select-one") return [label, field.value && words(field.selectedOptions[0])];
  return [label, field.value.trim()];
}
