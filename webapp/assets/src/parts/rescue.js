// What was typed into a form that is gone from the page, since somebody else has its task: it goes to the server as it is, and
// comes back as the page shows it. Until the server has it, or its author has copied it, it stands on the page, also where another
// task is shown, and the browser asks before it leaves. A server that does not answer is asked again, less and less often; one that
// refuses is not.

import { withoutFiles } from "./drafts.js";

const AGAIN_MS = 3_000;
const LONGEST_MS = 60_000;
const CHOSEN = ["radio", "checkbox"];
const UNTYPED = ["hidden", "file", "password", "submit", "button", "fieldset"];
const KEPT = "kept";
const REFUSED = "refused";
const UNANSWERED = "unanswered";

export async function rescue(form, place) {
  const guard = new AbortController();
  const copy = { title: words(document.querySelector("#task-title")), section: null };
  window.addEventListener("beforeunload", (event) => event.preventDefault(), { signal: guard.signal });
  guard.signal.addEventListener("abort", () => copy.section?.remove());
  let outcome = await save(form, place, guard);
  for (let pause = AGAIN_MS; outcome === UNANSWERED; pause = Math.min(2 * pause, LONGEST_MS)) {
    show(form, copy, guard);
    await new Promise((again) => setTimeout(again, pause));
    if (guard.signal.aborted) return; // it was copied by hand
    outcome = await save(form, place, guard);
  }
  if (outcome === REFUSED) show(form, copy, guard);
}

async function save(form, place, guard) {
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: withoutFiles(form), credentials: "same-origin" });
    if (answer.status >= 500 || answer.status === 429) return UNANSWERED;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const typed = page.querySelector("[data-typed]");
    const came = page.querySelector("#task-form"); // nobody has the task any more: the draft stands in its form
    if (!typed && !came) return REFUSED; // the session is over, the task is not for this person, the text is too long
    guard.abort();
    if (!place.isConnected) return KEPT; // another task is shown meanwhile
    if (typed) place.replaceWith(document.adoptNode(typed));
    else location.assign(answer.url);
    return KEPT;
  } catch {
    return UNANSWERED; // no network
  }
}

// The copy stands outside of what turns: it is in view for as long as the browser asks before it leaves.
function show(form, copy, guard) {
  const said = document.querySelector("template[data-typed-words]")?.content.cloneNode(true);
  if (!said || copy.section || guard.signal.aborted) return;
  const section = document.createElement("section");
  const list = Object.assign(document.createElement("dl"), { className: "govuk-summary-list" });
  section.className = "am-container am-container--wide am-rescued";
  section.dataset.rescued = "";
  section.setAttribute("role", "alert");
  said.querySelector("[data-task]").textContent = copy.title;
  said.querySelector("[data-answers]").replaceWith(list);
  said.querySelector("[data-copied]").addEventListener("click", () => {
    guard.abort();
    restAt(document.querySelector("#task-title") ?? document.querySelector("main"));
  });
  for (const [asked, answer] of typedIn(form)) list.append(row(asked, answer));
  section.append(said);
  document.querySelector(".am-page").before(section);
  section.scrollIntoView({ block: "nearest" });
  copy.section = section;
}

// The focus that a removed button had goes on at what is read next, and not at the top of the page.
function restAt(place) {
  if (!place) return;
  place.setAttribute("tabindex", "-1");
  place.focus();
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
