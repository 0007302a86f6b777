// A hand scanner types the line of a citizen card into the box that has the focus and ends with Enter. The page takes it as the card, not as an
// order to send the form; then it shows the person's earlier dossiers. Personal data go by POST, never in an address.

const BOXES = ["citizen_number", "full_name", "birth_date", "phone", "address", "auth_citizen_number", "auth_full_name", "auth_phone"];
const scanned = (text) => text.split("|").length > 2;

export function watchScanner(form) {
  const part = (name) => form.querySelector(`[data-part="${name}"]`);
  const box = (name) => form.elements.namedItem(name);
  const token = () => form.elements.namedItem("csrfmiddlewaretoken").value;

  async function send(address, values) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "X-CSRFToken": token() },
        body: new URLSearchParams(values),
      });
      return answer.ok && !answer.redirected ? answer : null;
    } catch {
      return null; // the line is down: the form itself still works
    }
  }

  function fill(values) {
    Object.entries(values).forEach(([name, value]) => {
      const input = box(name);
      if (!input) return;
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  let asked = "";
  async function showFormer() {
    const [citizen_number, phone] = [box("citizen_number").value.replace(/[\s.]/g, ""), box("phone").value.replace(/[\s.]/g, "")];
    const known = /^\d{12}$/.test(citizen_number) ? citizen_number : /^0\d{9}$/.test(phone) ? phone : "";
    if (known === asked) return;
    asked = known;
    if (!known) return part("former").replaceChildren();
    const answer = await send(form.dataset.former, { citizen_number, phone });
    if (answer && known === asked) part("former").innerHTML = await answer.text();
  }

  async function readCard(text, name) {
    const answer = await send(form.dataset.card, { card: text, box: name });
    if (!answer) return form.requestSubmit();
    const read = await answer.json();
    if (box("card")) box("card").value = "";
    fill(read.values);
    part("card").innerHTML = read.said;
    const auth = name.startsWith("auth_") ? "auth_" : "";
    const empty = [`${auth}citizen_number`, `${auth}full_name`, `${auth}phone`].map(box).find((input) => input && !input.value);
    (empty || box(`${auth}phone`)).focus();
    showFormer();
  }

  form.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      const { name, value } = event.target;
      const own = event.target.hasAttribute?.("data-scan");
      if (!own && !(BOXES.includes(name) && scanned(value))) return;
      event.preventDefault();
      event.stopPropagation();
      readCard(value, own ? "citizen_number" : name);
    },
    true,
  );
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=look]");
    if (!button) return;
    event.preventDefault();
    if (button.value === "card") readCard(box("card").value, "citizen_number");
    else if (button.value === "former") {
      asked = "";
      showFormer();
    } else {
      const { phone, email, address } = button.dataset;
      fill(Object.fromEntries(Object.entries({ phone, email, address }).filter(([, value]) => value)));
      box("phone").focus();
    }
  });
  form.addEventListener("change", (event) => {
    if (["citizen_number", "phone"].includes(event.target.name) && !scanned(event.target.value)) showFormer();
  });
}
