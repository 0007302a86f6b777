// A shared desk: the page locks when nobody is there, and what a person saw does not come back by the "back" button.
// The server ends the session after the same time by itself; this only makes the screen say so.

const WARN = 60; // seconds of notice before the desk locks

export function watchDesk() {
  const lock = document.querySelector("form[data-lock]");
  if (!lock) return;
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // kept by the browser, perhaps of somebody who has left
  });
  const idle = Number(lock.dataset.lock);
  if (!idle) return;
  const notice = document.querySelector("[data-lock-notice]");
  let last = Date.now();
  const here = () => {
    last = Date.now();
    if (notice) notice.hidden = true;
  };
  ["keydown", "pointerdown", "pointermove", "scroll"].forEach((kind) => addEventListener(kind, here, { passive: true, capture: true }));
  setInterval(() => {
    const away = (Date.now() - last) / 1000;
    if (away >= idle && !navigator.onLine) {
      location.reload(); // the session ends at the server by itself; a page kept for work without a network (visit-worker.js) stays
    } else if (away >= idle) {
      lock.elements.namedItem("idle").value = "1";
      lock.submit(); // not through the "submit" event: nobody is there to be asked about unsent answers
    } else if (notice && away >= idle - WARN) notice.hidden = false;
  }, 1000);
}
