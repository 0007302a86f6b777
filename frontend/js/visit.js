// Writing down at a visit, with or without a network. A form that is sent becomes a record on this phone first; the phone sends what it has
// when the network is there, and takes away what the server has acknowledged. Without this file the forms go to the server one by one.
import * as store from "./visit-store.js";
import { newId, things } from "./visit-records.js";

const root = document.querySelector("[data-notes]");
const code = root.dataset.code || decodeURIComponent(location.pathname.split("/").slice(-3, -2)[0]);
const address = (part) => `${root.dataset.root}${encodeURIComponent(code)}/${part}/`;
const LARGEST = 2000; // pixels of a picture's longer side: read well, sent over a phone's line
const EVERY = 20000; // ms between two tries while something waits
const BATCH = 50;
const PATIENCE = 15000; // ms until an answer is given up and asked for again later; a picture takes longer over a weak line
const PATIENCE_PICTURE = 180000;

let account = root.dataset.account || localStorage.getItem(store.WHO) || "";
let device = localStorage.getItem("motcua-visits-device");
let server = []; // records that the server has
let photos = {}; // record id -> address of its small picture
let token = "";
let state = "";
let refusals = new Map(); // record id -> why the server did not take it
let busy = null;
const touched = new Set(); // forms of the checklist with what is not written yet
const pause = new WeakMap();
const writing = new WeakSet(); // forms whose answer goes to the disk just now: pressed again, it is one answer

if (!device) localStorage.setItem("motcua-visits-device", (device = newId().slice(0, 8)));
if (root.dataset.account) localStorage.setItem(store.WHO, root.dataset.account);

// --- what there is ------------------------------------------------------------------------------------------------------

async function own() {
  return account ? store.waiting(account, code) : [];
}

async function all() {
  const known = new Map(server.map((record) => [record.id, record]));
  (await own()).forEach((record) => known.has(record.id) || known.set(record.id, record));
  return [...known.values()];
}

function words(record) {
  const content = record.content;
  if (content.gone) return root.dataset.sayGone;
  const chosen = (name, value) => {
    const found = [...root.querySelectorAll(`form[data-kind="${record.kind}"] [name="${name}"] option`)].find((option) => option.value === value);
    return found ? found.textContent : "";
  };
  if (record.kind === "check") {
    const label = root.querySelector(`label[for="c-${record.item}-${content.value}"]`);
    return [label ? label.textContent : "", content.remark].filter(Boolean).join(": ");
  }
  const more = record.kind === "finding" ? chosen("group", content.group) : record.kind === "recommendation" ? chosen("sector", content.sector) : "";
  return `${content.text || content.caption || ""}${more ? ` (${more})` : ""}`;
}

const by = (record) => [
  record.author || "",
  new Date(record.happened_at).toLocaleString("vi-VN", { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric" }),
  record.account ? root.dataset.sayKept : root.dataset.saySent,
  refusals.has(record.id) ? `${root.dataset.sayRefused} ${refusals.get(record.id)}` : "",
].filter(Boolean).join(" · ");

// --- showing it ---------------------------------------------------------------------------------------------------------

async function show() {
  const found = things(await all());
  root.querySelectorAll("form[data-kind='check']").forEach((form) => {
    const thing = found.find((one) => one.kind === "check" && one.item === form.dataset.item);
    const head = thing && thing.heads.length === 1 && !thing.heads[0].content.gone ? thing.heads[0] : null;
    if (!touched.has(form)) {
      form.querySelectorAll("[name='value']").forEach((box) => (box.checked = Boolean(head) && box.value === head.content.value));
      form.elements.namedItem("remark").value = head ? head.content.remark || "" : form.elements.namedItem("remark").value;
    }
    form.querySelector("[data-by]").textContent = head ? by(head) : "";
  });
  root.querySelectorAll("[data-list]").forEach((list) => {
    list.replaceChildren(...found.filter((thing) => thing.kind === list.dataset.list).flatMap((thing) => {
      const heads = thing.heads.filter((head) => !head.content.gone);
      return heads.map((head) => entry(head, thing));
    }));
  });
  const conflicts = found.filter((thing) => thing.heads.length > 1);
  root.querySelector("[data-conflicts]").hidden = conflicts.length === 0;
  root.querySelector("[data-conflict-list]").replaceChildren(...conflicts.map(conflict));
  await say();
}

const made = (name) => root.querySelector(`template[data-${name}]`).content.firstElementChild.cloneNode(true);

function entry(head, thing) {
  const line = made("entry");
  line.dataset.record = head.id;
  line.querySelector("[data-said]").textContent = words(head);
  line.querySelector("[data-by]").textContent = by(head);
  const button = line.querySelector("[data-drop]");
  button.setAttribute("aria-label", `${button.textContent} ${words(head)}`.trim());
  button.addEventListener("click", () => write({ kind: head.kind, item: head.item, content: { gone: true }, replaces: thing.heads.map((one) => one.id) }));
  const picture = line.querySelector("img");
  const source = thing.all.map((one) => photos[one.id]).find(Boolean);
  if (source) {
    picture.src = source;
    picture.hidden = false;
  } else {
    const kept = thing.all.find((one) => one.picture);
    if (kept) {
      const reader = new FileReader(); // a data: address, since the page's policy takes no blob:
      reader.onload = () => {
        picture.src = reader.result;
        picture.hidden = false;
      };
      reader.readAsDataURL(kept.picture);
    }
  }
  picture.alt = words(head);
  return line;
}

function conflict(thing) {
  const box = made("conflict");
  const legend = root.querySelector(`form[data-item="${thing.item}"] legend`);
  box.querySelector("h3").textContent = thing.kind === "check" && legend ? legend.textContent : words(thing.heads[0]);
  box.querySelector(".conflict__sides").replaceChildren(...thing.heads.map((head) => {
    const side = made("side");
    side.querySelector("[data-said]").textContent = words(head);
    side.querySelector("[data-by]").textContent = by(head);
    side.querySelector("button").addEventListener("click", () => write({ kind: head.kind, item: head.item, content: head.content, replaces: thing.heads.map((one) => one.id) }));
    return side;
  }));
  return box;
}

async function say() {
  const count = (await own()).length;
  const box = root.querySelector("[data-state]");
  const lines = [];
  if (!account) lines.push(root.dataset.sayNobody);
  else if (state === "other") lines.push(root.dataset.sayOther);
  else if (state === "signed-out") lines.push(root.dataset.saySignedOut.replace("{n}", count));
  else if (!navigator.onLine || state === "offline") lines.push(root.dataset.sayOffline);
  if (account && state !== "other" && state !== "signed-out" && count) lines.push(root.dataset.sayWaiting.replace("{n}", count));
  if (account && !count && state === "sent") lines.push(root.dataset.sayAll);
  if (state === "failed") lines.push(root.dataset.sayFailed);
  box.hidden = lines.length === 0;
  box.dataset.state = state;
  box.dataset.waiting = count;
  box.querySelector("[data-state-text]").textContent = lines.join(" ");
  const link = box.querySelector("[data-state-link]");
  link.hidden = state !== "signed-out";
  link.querySelector("a").href = `${root.dataset.signIn}?next=${encodeURIComponent(address("ghi-chep"))}`;
  root.querySelector("[data-forget]").hidden = !account;
}

// --- writing ------------------------------------------------------------------------------------------------------------

const mayWrite = () => account && state !== "other";

// Comes true when the record is on the disk: whoever wrote it need not wait until it is sent. False when nobody writes here.
async function write(given, picture = null) {
  if (!mayWrite()) {
    await say();
    return false;
  }
  const place = given.kind === "photo" && !given.content.gone ? await where() : null;
  await store.keep({
    id: newId(), item: "", replaces: [], ...given, account, code, place, picture, happened_at: new Date().toISOString(),
  });
  send();
  await show();
  return true;
}

// Where the phone is, if it says so soon; a picture is never lost for want of a place.
const where = () => new Promise((done) => {
  if (!navigator.geolocation) return done(null);
  const late = setTimeout(() => done(null), 6000);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => (clearTimeout(late), done({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy })),
    () => (clearTimeout(late), done(null)),
    { enableHighAccuracy: true, timeout: 5000, maximumAge: 60000 },
  );
});

// A smaller JPEG; the picture as it is where the browser cannot read it.
async function smaller(file) {
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}

async function fromForm(form) {
  const given = new FormData(form);
  const text = (name) => String(given.get(name) || "").trim();
  const kind = form.dataset.kind;
  if (kind === "check") {
    if (!text("value")) return; // a remark alone waits for its answer
    const thing = things(await all()).find((one) => one.kind === "check" && one.item === form.dataset.item);
    const heads = thing ? thing.heads : [];
    touched.delete(form);
    const same = heads.length === 1 && heads[0].content.value === text("value") && (heads[0].content.remark || "") === text("remark");
    if (!same) await write({ kind, item: form.dataset.item, content: { value: text("value"), remark: text("remark") }, replaces: heads.map((one) => one.id) });
    return;
  }
  if (kind === "photo") {
    const file = given.get("file");
    if (!file || !file.size || !mayWrite()) return;
    form.reset(); // at once: making it smaller and asking where we are takes a while, and the next picture may be chosen meanwhile
    await write({ kind, content: { caption: text("caption") } }, await smaller(file));
    return;
  }
  const content = {};
  ["text", "group", "sector", "topic", "urgency", "by"].forEach((name) => given.has(name) && (content[name] = text(name)));
  if (!content.text || writing.has(form)) return;
  writing.add(form);
  try {
    const field = form.elements.namedItem("text");
    if ((await write({ kind, content })) && field.value.trim() === content.text) field.value = "";
  } finally {
    writing.delete(form);
  }
}

// --- sending ------------------------------------------------------------------------------------------------------------

// One at a time; what is asked for meanwhile is done right after.
let again = false;
async function send() {
  if (busy) {
    again = true;
    return busy;
  }
  busy = exchange().catch(() => (state = navigator.onLine ? "failed" : "offline"));
  await busy;
  busy = null;
  await show();
  if (again) {
    again = false;
    return send();
  }
  return undefined;
}

async function ask(part, options = {}, patience = PATIENCE) {
  const how = { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience) };
  const answer = await fetch(address(part), { ...how, ...options });
  if (answer.type === "opaqueredirect") {
    state = "signed-out";
    return null;
  }
  const kind = answer.headers.get("Content-Type") || "";
  const body = kind.includes("json") ? await answer.json() : {};
  return { status: answer.status, body };
}

async function exchange() {
  const first = await ask("dong-bo");
  if (!first) return;
  if (first.status !== 200) {
    state = "failed";
    return;
  }
  if (account && account !== first.body.account) {
    // Somebody else signed in: their own records are theirs, those of the account before stay hidden on the phone.
    account = first.body.account;
    localStorage.setItem(store.WHO, account);
  }
  account = account || first.body.account;
  localStorage.setItem(store.WHO, account);
  token = first.body.csrf;
  await take(first.body);
  const waiting = (await own()).sort((a, b) => Date.parse(a.happened_at) - Date.parse(b.happened_at));
  for (let start = 0; start < waiting.length; start += BATCH) {
    const some = waiting.slice(start, start + BATCH);
    const records = some.map(({ id, kind, item, content, replaces, place, happened_at }) => ({ id, kind, item, content, replaces, place, happened_at }));
    const answer = await ask("dong-bo", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ account, device, records }),
    });
    if (!answer) return;
    if (answer.status !== 200) {
      state = answer.status === 409 ? "other" : "failed";
      return;
    }
    for (const one of answer.body.answers) {
      const record = some.find((kept) => kept.id === one.id);
      if (!record) continue;
      if (one.state === "refused") {
        refusals.set(one.id, one.why);
        continue;
      }
      refusals.delete(one.id);
      if (!record.picture || (await picture(record))) await store.drop(record.id);
    }
    if (state === "signed-out") return;
    await take(answer.body);
  }
  state = "sent";
}

async function picture(record) {
  const body = new FormData();
  body.append("account", account);
  body.append("record", record.id);
  body.append("file", record.picture, "anh.jpg");
  const answer = await ask("anh", { method: "POST", headers: { "X-CSRFToken": token }, body }, PATIENCE_PICTURE);
  if (!answer) return false;
  if (answer.status !== 200) {
    refusals.set(record.id, answer.body.detail || root.dataset.sayFailed);
    return false;
  }
  photos[record.id] = answer.body.preview;
  return true;
}

async function take(body) {
  server = body.records;
  photos = { ...photos, ...body.photos };
  await store.see({ account, code, records: server, visit: body.visit });
  title(body.visit);
}

function title(visit) {
  const place = document.querySelector("[data-title]");
  if (place && visit) place.textContent = `${visit.title}, ${visit.day}`;
}

// --- the page -----------------------------------------------------------------------------------------------------------

async function begin() {
  const last = account ? await store.seen(account, code) : null;
  if (last) {
    server = last.records;
    title(last.visit);
  }
  root.classList.add("jotter--script");
  await show();
  await send();
}

root.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-kind]");
  if (!form) return;
  event.preventDefault();
  fromForm(form);
});
// An item of the checklist is written as soon as an answer is chosen. A remark that one leaves for another answer is one record with it, so it
// waits a moment; a form that is being filled in is not drawn over.
const ofItem = (event) => event.target.closest("form[data-kind='check']");
root.addEventListener("input", (event) => ofItem(event) && touched.add(ofItem(event)));
root.addEventListener("change", (event) => {
  const form = ofItem(event);
  if (!form) return;
  touched.add(form);
  clearTimeout(pause.get(form));
  if (event.target.type === "radio") fromForm(form);
  else pause.set(form, setTimeout(() => fromForm(form), 200));
});
addEventListener("pagehide", () => touched.forEach((form) => fromForm(form)));
root.querySelector("[data-forget] button").addEventListener("click", async () => {
  if (!confirm(root.dataset.sayForget)) return;
  await store.forget(account);
  await show();
});
addEventListener("online", send);
addEventListener("offline", () => {
  state = "offline";
  say();
});
addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
setInterval(async () => navigator.onLine && state !== "other" && (await own()).length && send(), EVERY);
if ("serviceWorker" in navigator) navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.root });
begin();
