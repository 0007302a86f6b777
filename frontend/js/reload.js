// Long work: a page that carries data-reload="seconds" asks again until it no longer does.
export function reloadWhileAtWork() {
  const waiting = document.querySelector("[data-reload]");
  if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.reload) * 1000);
}
