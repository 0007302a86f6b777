// What was written down at a visit, put together: the same rules as oversight/rules_records.py. Keep the two alike.
// A record: {id, kind, item, content, replaces: [id], happened_at, author?}. What nothing replaces is a head; of one thing more than one head is a conflict.

const byTime = (a, b) => Date.parse(a.happened_at) - Date.parse(b.happened_at) || (a.id < b.id ? -1 : 1);

function beneath(id, edges) {
  const found = new Set();
  const open = [...edges.get(id)];
  while (open.length) {
    const one = open.pop();
    if (found.has(one)) continue;
    found.add(one);
    open.push(...edges.get(one));
  }
  return found;
}

export function things(records) {
  const known = new Map(records.map((record) => [record.id, record]));
  const edges = new Map();
  known.forEach((record) => {
    edges.set(record.id, (record.replaces || []).filter((id) => {
      const other = known.get(id);
      return other && id !== record.id && other.kind === record.kind && other.item === record.item;
    }));
  });
  const below = new Map([...known.keys()].map((id) => [id, beneath(id, edges)]));
  const over = new Set();
  edges.forEach((replaced, id) => replaced.forEach((other) => {
    if (!below.get(other).has(id)) over.add(other);
  }));
  const parent = new Map([...known.keys()].map((id) => [id, id]));
  const top = (id) => {
    while (parent.get(id) !== id) id = parent.get(id);
    return id;
  };
  const first = new Map();
  known.forEach((record) => {
    edges.get(record.id).forEach((other) => parent.set(top(record.id), top(other)));
    if (record.kind !== "check") return;
    if (!first.has(record.item)) first.set(record.item, record.id);
    parent.set(top(record.id), top(first.get(record.item)));
  });
  const groups = new Map();
  known.forEach((record) => {
    const name = top(record.id);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(record);
  });
  return [...groups.values()]
    .map((own) => {
      own.sort(byTime);
      return { kind: own[0].kind, item: own[0].item, all: own, heads: own.filter((record) => !over.has(record.id)) };
    })
    .sort((a, b) => byTime(a.all[0], b.all[0]));
}

export const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
