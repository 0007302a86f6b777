// <form data-guard>: leaving a page with answers that were not sent asks first.

const changed = new Set();

export function guardChanges() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-guard")) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    setTimeout(() => event.defaultPrevented || changed.delete(event.target));
  });
  document.addEventListener("reset", (event) => changed.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}
