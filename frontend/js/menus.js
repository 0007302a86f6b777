// <details class="menu"> closes on Escape, on a click elsewhere and when the focus leaves it.

const close = (menu) => menu.removeAttribute("open");

export function watchMenus() {
  const open = () => Array.from(document.querySelectorAll("details.menu[open]"));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      const within = menu.contains(document.activeElement);
      close(menu);
      if (within) menu.querySelector("summary").focus();
    });
  });
  const outside = (event) => open().forEach((menu) => menu.contains(event.target) || close(menu));
  document.addEventListener("click", outside);
  document.addEventListener("focusin", outside);
}
