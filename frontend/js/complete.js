// The fee of what is done at the counter follows the pages and copies as they are typed. The server works it out: the law is its data.

const form = document.querySelector("form[data-complete]");
const place = form?.querySelector("[data-fees]");
let timer = 0;
let own = null;

async function show() {
  own?.abort();
  own = new AbortController();
  const values = new FormData(form);
  values.set("look", "fee");
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body: values, signal: own.signal });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  } catch {
    // a newer question came, or the line is down: the server works the fee out again when the form is sent
  }
}

form?.addEventListener("input", (event) => {
  if (!event.target.name.match(/^(pages|copies|name)_/)) return;
  clearTimeout(timer);
  timer = setTimeout(show, 150);
});
