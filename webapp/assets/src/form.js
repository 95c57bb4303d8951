// A form's comfort outside the inbox: one answer to a double click, drafts, an upload that says its name and size.

import { watchConditions } from "../../../forms/browser/conditions.js";
import { keepDrafts } from "./parts/drafts.js";

const DOUBLE_CLICK_MS = 1_500;

function answerOnce(form) {
  let last = 0;
  form.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - last < DOUBLE_CLICK_MS) event.preventDefault();
    last = now;
  });
}

// Not the header's: the change of language is sent a second time once drafts are kept.
document.querySelectorAll("main form[method=post]").forEach((form) => {
  answerOnce(form);
  watchConditions(form);
});
keepDrafts(document);
document.documentElement.dataset.forms = "ready";
