// Files beside a paper: each is sent at once, with its progress and its refusal beside it, so that nothing typed depends on it.
// Without this file they go with the form. Papers of earlier dossiers are asked for when the person's number is typed.

const token = (box) => box.closest("form").elements.namedItem("csrfmiddlewaretoken").value;
const words = document.documentElement.lang === "en"
  ? { sending: "Sending", failed: "The line is down. Send the file again." }
  : { sending: "Đang gửi", failed: "Mất kết nối, tệp chưa được gửi. Chọn lại tệp để gửi lại." };

function line(list, file) {
  const item = document.createElement("li");
  item.className = "scan scan--sending";
  const label = document.createElement("span");
  label.className = "scan__name";
  label.textContent = `${words.sending} ${file.name}`;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", label.textContent);
  item.append(label, bar);
  list.append(item);
  return { item, bar };
}

// One after the other: a phone's line is narrow, and the order on the page is the order of the papers.
function send(box, file) {
  const list = box.dataset.into ? document.querySelector(`[data-list="${box.dataset.into}"]`) : box.querySelector("[data-list]");
  const { item, bar } = line(list, file);
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token(box));
  if (box.dataset.name) body.append("name", box.dataset.name);
  const which = box.querySelector('input[name="item"]');
  if (which) body.append("item", which.value);
  body.append("file", file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", box.dataset.scans);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("loadend", () => {
      const kind = request.getResponseHeader("Content-Type") || "";
      if (request.status === 201) {
        const came = document.createElement("template");
        came.innerHTML = request.responseText.trim();
        item.replaceWith(came.content);
      } else {
        item.remove();
        say(box, kind.startsWith("text/plain") ? request.responseText : words.failed);
      }
      done();
    });
    request.send(body);
  });
}

function say(box, sentence) {
  refused = true;
  const place = box.querySelector("[data-error]");
  const line = document.createElement("p");
  line.textContent = sentence;
  place.append(line);
}

// A form that is sent while files are under way waits for them; when one of them was refused, the person decides again.
let pending = 0;
let refused = false;
let waiting = null; // the form, and the button it was sent with
const busy = new WeakMap();

document.addEventListener("submit", (event) => {
  if (!pending || event.target.method !== "post") return;
  event.preventDefault();
  waiting = [event.target, event.submitter];
});

function arrived(count) {
  pending -= count;
  if (pending || !waiting) return;
  const [form, button] = waiting;
  waiting = null;
  if (!refused) form.requestSubmit(button);
}

function sendAll(box, files) {
  pending += files.length;
  refused = false;
  box.querySelector("[data-error]").replaceChildren();
  box.closest(".paper")?.querySelector('input[name="components"]:not(:checked)')?.click(); // what is scanned is there
  const before = busy.get(box) || Promise.resolve();
  const all = files.reduce((chain, file) => chain.then(() => send(box, file)), before);
  busy.set(box, all);
  all.then(() => arrived(files.length));
}

document.addEventListener("change", (event) => {
  const box = event.target.type === "file" && event.target.closest("[data-scans]");
  if (!box || !event.target.files.length) return;
  const files = [...event.target.files];
  event.target.value = "";
  sendAll(box, files);
});

// Dragging is an extra for who has a mouse; the button does the same.
for (const kind of ["dragover", "drop", "dragleave"]) {
  document.addEventListener(kind, (event) => {
    const box = event.target.closest?.("[data-scans]");
    document.querySelectorAll(".is-over").forEach((other) => other.classList.toggle("is-over", other === box && kind === "dragover"));
    if (!box || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    box.classList.toggle("is-over", kind === "dragover");
    if (kind === "drop") sendAll(box, [...event.dataTransfer.files]);
  });
}

const intake = document.querySelector("form[data-earlier]");
if (intake) {
  const number = () => {
    const name = new FormData(intake).get("kind") === "organisation" ? "tax_code" : "citizen_number";
    return (intake.elements.namedItem(name)?.value || "").replace(/\s/g, "");
  };
  let asked = "";
  async function look() {
    const shown = intake.elements.namedItem("shown")?.value || "";
    const question = `${number()} ${shown}`;
    if (!shown || number().length < 9 || question === asked) return;
    asked = question;
    const body = new FormData(intake);
    [...body.keys()].filter((key) => key.startsWith("upload_")).forEach((key) => body.delete(key));
    const answer = await fetch(intake.dataset.earlier, { method: "POST", body }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return;
    const came = document.createElement("div");
    came.innerHTML = await answer.text();
    came.querySelectorAll("template[data-earlier]").forEach((one) => {
      intake.querySelector(`[data-offers="${one.dataset.earlier}"]`)?.replaceChildren(one.content);
    });
  }
  intake.addEventListener("change", (event) => {
    if (["citizen_number", "tax_code", "kind", "case"].includes(event.target.name)) look();
    if (event.target.name?.startsWith("reuse_") && event.target.checked) {
      event.target.closest(".paper").querySelector('input[name="components"]:not(:checked)')?.click();
    }
  });
  // Papers come anew with each procedure chosen.
  new MutationObserver(() => {
    asked = "";
    look();
  }).observe(intake.querySelector('[data-part="papers"]'), { childList: true });
}
