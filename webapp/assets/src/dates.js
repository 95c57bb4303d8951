// A date is dragged to another day: the drop fills the form below the grid, where it is confirmed, for everybody is told.
// A chip that is pressed without being dragged is chosen in the form. Without this file the form works as any form.

const STARTS_AFTER = 6; // pixels: less is a press, not a drag
const dates = document.querySelector("[data-dates]");
const form = document.querySelector("form[data-move-form]");

function fill(chip, day, words) {
  form.elements.move.value = chip.dataset.move;
  form.elements.day.value = day;
  if (form.elements.begins) form.elements.begins.value = chip.dataset.begins;
  const what = chip.firstElementChild.textContent;
  dates.querySelector("[data-heard]").textContent = dates.dataset.said.replace("{what}", what).replace("{day}", words);
  form.closest("details")?.setAttribute("open", "");
}

function under(x, y) {
  return document.elementFromPoint(x, y)?.closest("[data-day]") ?? null;
}

function drag(chip, down) {
  let over = null;
  let held = false;
  const mark = (cell) => {
    if (over === cell) return;
    over?.classList.remove("am-dates__over");
    cell?.classList.add("am-dates__over");
    over = cell;
  };
  const moved = (event) => {
    const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
    if (!held && Math.hypot(x, y) < STARTS_AFTER) return;
    held = true;
    chip.classList.add("am-chip--held");
    chip.style.transform = `translate(${x}px, ${y}px)`;
    mark(under(event.clientX, event.clientY));
  };
  const done = (event) => {
    const cell = event.type === "pointerup" ? over : null;
    mark(null);
    chip.classList.remove("am-chip--held");
    chip.style.transform = "";
    chip.removeEventListener("pointermove", moved);
    for (const name of ["pointerup", "pointercancel"]) chip.removeEventListener(name, done);
    document.removeEventListener("keydown", escaped);
    if (held) chip.dataset.dragged = "true"; // the click that follows is no press
    if (held && cell !== null && cell.dataset.day !== chip.dataset.on) {
      fill(chip, cell.dataset.day, cell.dataset.words);
      form.querySelector("button[value=move]").focus();
    }
  };
  const escaped = (event) => {
    if (event.key === "Escape") done(event);
  };
  chip.setPointerCapture(down.pointerId);
  chip.addEventListener("pointermove", moved);
  for (const name of ["pointerup", "pointercancel"]) chip.addEventListener(name, done);
  document.addEventListener("keydown", escaped);
}

if (dates !== null && form !== null) {
  for (const chip of dates.querySelectorAll("button[data-move]")) {
    chip.addEventListener("pointerdown", (event) => {
      delete chip.dataset.dragged;
      if (event.button === 0) drag(chip, event);
    });
    chip.addEventListener("click", () => {
      if (chip.dataset.dragged) return;
      fill(chip, chip.dataset.on, chip.closest("[data-day]").dataset.words);
      form.elements.day.focus();
    });
  }
  dates.dataset.state = "ready";
}
