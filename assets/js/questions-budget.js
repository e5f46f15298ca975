// The totals of a budget while one types, in cents, as guichet/funding/schema/budgets.py adds them up.
import { readAmount, readNumber } from "./questions-amounts.js";

function sum(lines) {
  return lines.reduce((total, line) => total + (readAmount(line.querySelector("td:last-child input").value) ?? 0), 0);
}

function addUp(budget) {
  const lines = (side) => [...budget.querySelectorAll(`[data-side="${side}"] tbody tr`)];
  const hours = budget.querySelector(".budget-hours input[type=text]");
  // Hours have two decimals and the rate is in dollars: whole numbers until the end, which rounds as the server does.
  const hundredths = Math.max(0, Math.round((readNumber(hours?.value ?? "", 2) ?? 0) * 100));
  const volunteer = Math.round((hundredths * Math.round(Number(budget.dataset.rate) * 100)) / 100);
  const revenues = sum(lines("revenues")) + volunteer;
  const expenses = sum(lines("expenses")) + volunteer;
  return {
    volunteer_value: volunteer,
    revenues,
    expenses,
    balance: revenues - expenses,
    eligible: sum(lines("expenses").filter((line) => "eligible" in line.dataset)),
  };
}

export function watchBudgets(language) {
  const dollars = new Intl.NumberFormat(language, { style: "currency", currency: "CAD" });
  const show = (budget) => {
    for (const [name, cents] of Object.entries(addUp(budget))) {
      const place = budget.querySelector(`[data-total="${name}"]`);
      if (place) place.textContent = dollars.format(cents / 100).replace("-", "−");
    }
  };
  for (const budget of document.querySelectorAll("[data-budget]")) {
    for (const event of ["input", "rows"]) budget.addEventListener(event, () => show(budget));
  }
}
