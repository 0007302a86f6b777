// The counter's page. Without this file every choice is a submit button and the page comes back with all that was typed;
// with it the list follows the letters, and papers and promised date come without leaving the boxes.
// Nothing typed is kept in the browser, and only procedure, agency, channel, moment and counts travel in an address.

import { watchScanner } from "./scanner.js";

const form = document.querySelector("form[data-intake]");
const part = (name) => form.querySelector(`[data-part="${name}"]`);
const WAIT = 120; // ms between the last letter and the question to the server
const ABOUT = ["case", "agency", "channel", "received_date", "received_time", "pages", "copies", "fee_condition"];

const value = (name) => new FormData(form).get(name) || "";
const chosen = () => form.elements.namedItem("shown")?.value.split(":")[0] || "";

// Of several questions of one kind only the newest may answer.
const asked = {};
async function ask(kind, address, query) {
  asked[kind]?.abort();
  const own = (asked[kind] = new AbortController());
  try {
    const answer = await fetch(`${address}?${new URLSearchParams(query)}`, { signal: own.signal });
    if (answer.redirected) location.reload(); // signed out meanwhile
    return answer.ok && !answer.redirected ? await answer.text() : null;
  } catch (error) {
    return error.name === "AbortError" ? undefined : null; // undefined: a newer question came; null: the line is down
  }
}

const about = (code, names = ABOUT) => ({
  procedure: code,
  ...Object.fromEntries(names.map((name) => [name, value(name)])),
});

async function showPromise() {
  const code = chosen();
  const html = code && (await ask("promise", form.dataset.promise, about(code)));
  if (html) part("promise").innerHTML = html;
}

async function showVersion(code, names) {
  const html = await ask("version", form.dataset.version, about(code, names));
  if (typeof html !== "string") return html;
  const came = document.createElement("div");
  came.innerHTML = html;
  came.querySelectorAll("template[data-for]").forEach((one) => part(one.dataset.for).replaceChildren(one.content));
  showPromise();
  return Boolean(chosen());
}

// Combobox (APG, list with automatic selection): the box keeps the focus, the arrows move the choice, Enter takes it.
function combobox(box) {
  const input = box.querySelector("input");
  const place = box.querySelector("[data-choices]");
  const status = box.querySelector("[data-found]");
  let active = null;
  let timer = 0;
  let coming = null; // the answer on its way: an Enter typed faster than the line waits for it

  const options = () => Array.from(place.querySelectorAll("[role=option]"));

  function mark(option) {
    active?.setAttribute("aria-selected", "false");
    active = option || null;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function adopt() {
    const list = place.querySelector(".picks");
    input.setAttribute("aria-expanded", String(Boolean(list)));
    if (list) {
      list.id = "picks";
      list.setAttribute("role", "listbox");
      list.querySelectorAll("li").forEach((item, index) => {
        const button = item.querySelector("button");
        item.id = `pick-${index}`;
        item.className = "pick";
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.code = button.value;
        item.dataset.title = button.dataset.title;
        item.replaceChildren(...button.childNodes);
      });
    }
    mark(input.value.trim() ? options()[0] : null);
  }

  function close() {
    place.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    mark(null);
  }

  async function look() {
    const html = await ask("find", form.dataset.find, { q: input.value });
    if (typeof html !== "string") return html !== null;
    place.innerHTML = html;
    adopt();
    status.textContent = place.querySelector(".picks__title, .picks__none")?.textContent || "";
    return true;
  }

  async function take(option) {
    const { code, title } = option.dataset;
    input.value = title;
    close();
    const came = await showVersion(code, ["agency", "channel", "received_date", "received_time"]);
    if (came === null) form.requestSubmit();
    if (came) {
      form.querySelector(value("kind") === "organisation" ? "#id_tax_code" : "#id_citizen_number").focus();
    }
  }

  const soon = () => {
    clearTimeout(timer);
    coming = new Promise((done) => {
      timer = setTimeout(() => look().then(done), WAIT);
    });
  };

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "picks");
  input.addEventListener("input", soon);
  input.addEventListener("focus", () => {
    if (chosen()) input.select();
  });
  input.addEventListener("keydown", async (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const listed = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!listed.length) return soon();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = listed.indexOf(active);
      mark(listed[(from < 0 && step < 0 ? listed.length - 1 : from + step + listed.length) % listed.length]);
    } else if (event.key === "Enter" && !(chosen() && input.value === part("cases").querySelector("[data-title]").dataset.title)) {
      event.preventDefault();
      const answered = await coming;
      if (active) take(active);
      else if (answered === false) form.requestSubmit(); // the server chooses, as without script
    } else if (event.key === "Escape" && listed.length) {
      event.preventDefault();
      input.value = chosen() ? part("cases").querySelector("[data-title]").dataset.title : "";
      close();
    }
  });
  place.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  adopt();
}

if (form) {
  watchScanner(form);
  combobox(form.querySelector("[data-combobox]"));
  form.addEventListener("change", (event) => {
    if (event.target.name === "case") {
      showVersion(chosen()).then(() => form.querySelector(`[name=case]:checked`)?.focus());
    } else if (ABOUT.includes(event.target.name)) showPromise();
  });
}
