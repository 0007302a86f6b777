// A date is typed as eight figures: 31122026 becomes 31/12/2026 on leaving the field. The server accepts both.

export function watchDates() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[data-date]")) return;
    const figures = /^\s*(\d{1,2})[\s./-]?(\d{1,2})[\s./-]?(\d{4})\s*$/.exec(input.value);
    if (figures) input.value = `${figures[1].padStart(2, "0")}/${figures[2].padStart(2, "0")}/${figures[3]}`;
  });
}
