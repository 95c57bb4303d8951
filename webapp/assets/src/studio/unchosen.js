// A list from which nothing need be chosen begins with a blank line, which says nothing. Where the template names the
// empty choice, the blank line says that name, and the same choice is not offered twice.

function name(select) {
  const [blank, ...others] = select.options;
  const named = blank?.textContent ? undefined : others.find((option) => option.value === "");
  if (!named) return;
  blank.label = named.textContent;
  named.hidden = true;
}

export function unchosen(panel) {
  const names = () => panel.querySelectorAll("select").forEach(name);
  new MutationObserver(names).observe(panel, { childList: true, subtree: true });
}
