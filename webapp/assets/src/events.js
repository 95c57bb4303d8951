// The calendar of events: a date that is dragged to another day opens the page that moves it, with that day filled in.

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-move]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.move);
});

const dayOf = (event) => (dragged ? event.target.closest("[data-day]") : null);

function mark(day) {
  document.querySelectorAll(".am-week__day--target").forEach((each) => each.classList.remove("am-week__day--target"));
  if (day) day.classList.add("am-week__day--target");
}

document.addEventListener("dragover", (event) => {
  const day = dayOf(event);
  if (!day) return;
  event.preventDefault();
  mark(day);
});

document.addEventListener("drop", (event) => {
  const day = dayOf(event);
  if (!day || day === dragged.closest("[data-day]")) return;
  event.preventDefault();
  window.location.assign(`${dragged.dataset.move}?day=${day.dataset.day}`);
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});

document.documentElement.dataset.calendar = "ready";
