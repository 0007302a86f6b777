// Alt + a letter presses what carries data-key="letter". The letter is read from the place of the key, so that Vietnamese
// input methods and other layouts do not matter. "?" opens the list; since it is a single character, it can be switched
// off (WCAG 2.1.4), and the button in the footer opens the list as well.

const OFF = "motcua.question-mark-off";
const typing = (element) => element.matches?.("input, textarea, select, [contenteditable]");
const visible = (element) => element.getClientRects().length > 0;
const marked = () => Array.from(document.querySelectorAll("[data-key]")).filter(visible);
const words = (element) => {
  if (element.dataset.keyName) return element.dataset.keyName;
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".key").forEach((key) => key.remove());
  return copy.textContent.trim();
};

function press(element) {
  if (typing(element) && !["checkbox", "radio", "submit"].includes(element.type)) element.focus();
  else {
    element.focus();
    element.click();
  }
}

function openHelp(dialog) {
  const list = dialog.querySelector("[data-keys]");
  list.replaceChildren();
  marked().forEach((element) => {
    const term = document.createElement("dt");
    const key = document.createElement("kbd");
    const meaning = document.createElement("dd");
    key.className = "key";
    key.textContent = `Alt + ${element.dataset.key.toUpperCase()}`;
    term.append(key);
    meaning.textContent = words(element);
    list.append(term, meaning);
  });
  dialog.querySelector("[data-no-keys]").hidden = list.children.length > 0;
  dialog.querySelector("[data-question-mark]").checked = stored() !== "yes";
  dialog.showModal();
}

function stored() {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null; // storage is forbidden in this browser: the switch then lasts for the page
  }
}

export function watchKeys() {
  const dialog = document.getElementById("keys-help");
  document.querySelectorAll("[data-open-keys]").forEach((button) => {
    button.hidden = !dialog || !dialog.showModal;
    button.addEventListener("click", () => openHelp(dialog));
  });
  let off = stored() === "yes";
  dialog?.querySelector("[data-question-mark]").addEventListener("change", (event) => {
    off = !event.target.checked;
    try {
      localStorage.setItem(OFF, off ? "yes" : "no");
    } catch {
      return;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const letter = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1].toLowerCase();
      const wanted = letter ? marked().filter((candidate) => candidate.dataset.key.toLowerCase() === letter) : [];
      const element = wanted.find((candidate) => candidate.closest("main")) || wanted[0]; // the page before its frame
      if (!element || dialog?.open) return;
      event.preventDefault();
      press(element);
    } else if (event.key === "?" && !off && dialog?.showModal && !dialog.open && !typing(event.target)) {
      event.preventDefault();
      openHelp(dialog);
    }
  });
}
