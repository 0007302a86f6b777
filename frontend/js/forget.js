// Whoever signs out or locks a shared phone takes their visits' records out of sight (visit-store.js); the records stay, for the same account.
export function forgetOnLeaving() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-lock") || form.action.endsWith("/dang-xuat/")) {
      try {
        localStorage.removeItem("motcua-visits-who");
      } catch {
        // A browser without storage keeps nothing that could be seen.
      }
    }
  });
}
