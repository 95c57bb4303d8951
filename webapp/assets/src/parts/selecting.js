// How many rows of a list are selected, beside the acts, and a button for all of the page; without this file the acts stand
// there without a number.

export function countSelected(root) {
  const bar = root.querySelector("[data-selection]");
  if (!bar) return;
  const count = () => {
    const number = root.querySelectorAll("[data-select]:checked").length;
    bar.querySelector("[data-selection-count]").textContent = number ? String(number) : "";
  };
  root.addEventListener("change", (event) => event.target.matches("[data-select]") && count());
  const button = bar.querySelector("[data-select-all]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const boxes = [...root.querySelectorAll("[data-select]")];
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => (box.checked = !all));
    count();
  });
  count();
}
