// Counting a till: what was typed adds up under the hand, and says at once whether it is what the ledger expects.
const form = document.querySelector("form[data-till]");
const said = form?.querySelector("[data-counted]");
const money = (sum) => `${sum.toLocaleString("vi-VN")} đ`;

function show() {
  const boxes = [...form.querySelectorAll("[data-note]")];
  if (!boxes.some((box) => box.value.trim())) {
    said.textContent = "";
    return;
  }
  const sum = boxes.reduce((all, box) => all + (parseInt(box.value, 10) || 0) * Number(box.dataset.note), 0);
  const gap = sum - Number(form.dataset.expected);
  const verdict = gap === 0 ? "khớp với sổ" : `${gap > 0 ? "thừa" : "thiếu"} ${money(Math.abs(gap))}`;
  said.textContent = `Đếm được: ${money(sum)}, ${verdict}`;
}

if (form) {
  form.addEventListener("input", show);
  show();
}
