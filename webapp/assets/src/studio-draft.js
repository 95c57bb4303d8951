// A draft's page: the list of scenarios follows while they are played; what would become of running cases is told when it is known.

import { following } from "./studio/following.js";

const place = document.querySelector("[data-rehearsal]");
if (place && Number(place.dataset.left)) {
  const typed = () => [...document.querySelectorAll("textarea, input[type=text], input[type=file]")]
    .some((field) => field.value !== field.defaultValue);
  following(place.dataset.rehearsal, place, () => { if (!typed()) location.reload(); });
}

const counts = document.querySelector("[data-counts]");
if (counts) {
  fetch(counts.dataset.counts, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { html: "" }))
    .then(({ html }) => { counts.innerHTML = html; });
}
