// A draft's page while its scenarios are being played: the list follows, and the page is shown anew when all are done.

import { following } from "./studio/following.js";

const place = document.querySelector("[data-rehearsal]");
if (place && Number(place.dataset.left)) {
  const typed = () => [...document.querySelectorAll("textarea, input[type=text], input[type=file]")]
    .some((field) => field.value !== field.defaultValue);
  following(place.dataset.rehearsal, place, () => { if (!typed()) location.reload(); });
}
