// The table of steps: what is wrong is asked of the server while one types, and shown beside its row.
// Without this file the same is said when the draft is saved.

const form = document.querySelector("form[data-live]");
const WAIT = 250; // ms between the last letter and the question

let asked = null;
let timer = 0;

async function look() {
  asked?.abort();
  const own = (asked = new AbortController());
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: own.signal });
    if (!answer.ok || answer.redirected) return;
    const came = document.createElement("div");
    came.innerHTML = await answer.text();
    came.querySelectorAll("template[data-for]").forEach((one) => {
      const place = document.querySelector(`[data-part="${one.dataset.for}"]`);
      // What did not change stays, so that a screen reader hears only what did.
      if (!place || place.innerHTML.trim() === one.innerHTML.trim()) return;
      place.replaceChildren(one.content);
      const box = form.querySelector(`#${CSS.escape(one.dataset.for)}`);
      if (box) box.toggleAttribute("aria-invalid", false);
      if (box && place.children.length) box.setAttribute("aria-invalid", "true");
    });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

if (form) {
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
}
