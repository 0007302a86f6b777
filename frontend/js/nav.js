// On a phone an officer's dozen of entries would push the page out of sight: they fold behind one button, and the current one stays.
export function foldNavigation() {
  const button = document.querySelector("[data-fold-nav]");
  if (!button) return;
  const nav = button.closest(".nav");
  nav.classList.add("is-folded");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(!nav.classList.toggle("is-folded")));
  });
}
