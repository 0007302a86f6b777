// What a phone keeps of visits: records not yet acknowledged, their pictures, and what was last seen of a visit. Everything is of one account:
// nothing of another is ever read. Acknowledged records go; the last state of a visit stays until the account asks otherwise or another visits.

const NAME = "motcua-visits";
export const WHO = "motcua-visits-who"; // the account that was last signed in on this phone; taken away by signing out (forget.js)

let opened = null;

function open() {
  opened = opened || new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const waiting = asked.result.createObjectStore("waiting", { keyPath: "id" });
      waiting.createIndex("of", ["account", "code"]);
      asked.result.createObjectStore("visits", { keyPath: ["account", "code"] });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

// One transaction; the promise comes true when it is on the disk, not before.
async function within(stores, mode, work) {
  const database = await open();
  return new Promise((done, fail) => {
    const running = database.transaction(stores, mode);
    let asked = null;
    running.oncomplete = () => done(asked ? asked.result : undefined);
    running.onerror = running.onabort = () => fail(running.error);
    asked = work(running);
  });
}

export const keep = (record) => within(["waiting"], "readwrite", (t) => void t.objectStore("waiting").put(record));
export const drop = (id) => within(["waiting"], "readwrite", (t) => void t.objectStore("waiting").delete(id));
export const waiting = (account, code) => within(["waiting"], "readonly", (t) => t.objectStore("waiting").index("of").getAll([account, code]));
export const seen = (account, code) => within(["visits"], "readonly", (t) => t.objectStore("visits").get([account, code]));
export const see = (visit) => within(["visits"], "readwrite", (t) => void t.objectStore("visits").put(visit));

// Everything of one account on this phone.
export const forget = (account) => within(["waiting", "visits"], "readwrite", (t) => {
  const range = IDBKeyRange.bound([account, ""], [account, "\uffff"]);
  t.objectStore("visits").delete(range);
  t.objectStore("waiting").index("of").openCursor(range).onsuccess = (event) => {
    const cursor = event.target.result;
    if (!cursor) return;
    cursor.delete();
    cursor.continue();
  };
});
