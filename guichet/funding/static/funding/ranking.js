// The ranking's sums while one types. The server counts again; without this script, « Recalculer » does it.
const form = document.querySelector("[data-ranking]");

if (form) {
  const english = document.documentElement.lang.startsWith("en");
  const words = new Intl.NumberFormat(english ? "en-CA" : "fr-CA", { style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" });
  const cents = (text) => Math.round(Number(text || 0) * 100);
  const shown = (amount) => words.format(amount / 100);
  const rows = [...form.querySelectorAll("[data-row]")];
  const one = (name) => form.querySelector(`[data-${name}]`);

  // « 1 234,50 », « 1,234.50 » or « 1234.5 » in cents; NaN for what the server will refuse.
  const read = (typed) => {
    let plain = typed.replace(/[\s$]/g, "");
    if (plain === "") return 0;
    if (/^\d{1,3}(,\d{3})+\.\d+$/.test(plain)) plain = plain.replace(/,/g, "");
    else if (/^\d{1,3}(\.\d{3})+,\d+$/.test(plain)) plain = plain.replace(/\./g, "");
    return /^\d+([.,]\d{1,2})?$/.test(plain) ? cents(plain.replace(",", ".")) : NaN;
  };

  const count = () => {
    const envelope = form.dataset.envelope === "" ? null : cents(form.dataset.envelope);
    const granted = cents(form.dataset.granted);
    let total = granted;
    let served = 0;
    let isSpent = false;
    for (const row of rows) {
      const input = row.querySelector("[data-amount]");
      const amount = input ? read(input.value) : cents(row.dataset.fixed);
      input?.setAttribute("aria-invalid", String(Number.isNaN(amount)));
      total += amount || 0;
      served += amount > 0 ? 1 : 0;
      const isBeyond = envelope !== null && amount > 0 && total > envelope;
      row.querySelector("[data-sum]").textContent = shown(total);
      row.querySelector("[data-over]").hidden = !isBeyond;
      row.classList.toggle("ranking-beyond", isBeyond && !isSpent);
      isSpent = isSpent || isBeyond;
    }
    one("tried").textContent = shown(total - granted);
    one("served").textContent = served;
    if (one("left")) one("left").textContent = shown(envelope - total);
    one("exceeded").hidden = envelope === null || total <= envelope;
  };

  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-amount]")) count();
  });

  const all = form.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of form.querySelectorAll("input[name=id]")) box.checked = all.checked;
    });
  }
}
