// A form that writes is sent once. The hidden Idempotency-Key makes a second sending harmless on the server; this spares
// the wait. When the person comes back and changes an answer, that is another act, so it gets another key.

const sent = new WeakSet();
const PATIENCE = 20000; // ms: then the person may press again; the key keeps the act single

const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const buttons = (form) => Array.from(form.elements).filter((element) => element.type === "submit");

function release(form) {
  sent.delete(form);
  buttons(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

export function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-many")) return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // A later listener may still stop the sending (a confirmation, a file check).
    setTimeout(() => {
      if (event.defaultPrevented) return;
      sent.add(form);
      form.dataset.sent = "yes";
      buttons(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
      setTimeout(() => release(form), PATIENCE);
    });
  }, true);

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.sent) return;
    delete form.dataset.sent;
    release(form);
    const key = form.elements.namedItem("idempotency_key");
    if (key) key.value = newKey();
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) Array.from(document.forms).forEach(release);
  });
}
