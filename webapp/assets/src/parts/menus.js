// The header's menus open by themselves (details); this closes the open one: Escape, a click elsewhere, the focus gone.

export function closeMenus() {
  const open = () => document.querySelector("[data-menu][open]");
  const close = (menu) => menu?.removeAttribute("open");

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" ? open() : null;
    if (!menu) return;
    close(menu);
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-menu]")) close(open());
  });
  document.addEventListener("focusin", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) close(menu);
  });
}
