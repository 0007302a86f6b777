// The error summary takes the focus when a page comes back with errors; its links bring the label into view, not only the box.

export function showErrors(root) {
  const summary = root.querySelector?.(".error-summary");
  if (!summary || summary.dataset.shown) return;
  summary.dataset.shown = "yes";
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}
