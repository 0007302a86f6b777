// A button that prints the page; without a script it stays hidden, since the browser's own menu prints too.
export function offerPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
