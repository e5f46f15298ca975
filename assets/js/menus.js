// Menus are <details>: they open by themselves, this only closes them where people expect it.
const OPEN_MENU = "details[data-menu][open]";

export function watchMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.(OPEN_MENU) ?? document.querySelector(OPEN_MENU);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(OPEN_MENU)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.(OPEN_MENU);
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
