// Adds and removes rows of tables and lines of budgets without sending the page.
const NAMES = ["name", "id", "aria-describedby", "data-row", "value"];

// Gives a row its place: from zero in names, from one in words. A budget's lines have a letter before it.
function place(table, row, from, to) {
  const moved = (value) =>
    ["", "r", "e"].reduce((text, letter) => {
      const start = `${table.dataset.table}-${letter}`;
      return text.replace(`${start}${from}-`, `${start}${to}-`);
    }, value);
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const name of NAMES) {
      const value = part.getAttribute(name);
      if (value === null || (name === "value" && !part.matches("[data-remove-row]"))) continue;
      part.setAttribute(name, value === from ? to : moved(value));
    }
    const label = part.getAttribute("aria-label");
    const number = from === "__row__" ? "__number__" : String(Number(from) + 1);
    if (label) part.setAttribute("aria-label", label.replace(new RegExp(`${number}(?=\\D*$)`), Number(to) + 1));
  }
}

function settle(table) {
  const rows = [...table.querySelectorAll("[data-rows] > [data-row]")];
  const count = table.querySelector("[data-row-count]");
  if (count) count.value = rows.length;
  table.querySelector("[data-add-row]").hidden = rows.length >= Number(table.dataset.most);
  table.dispatchEvent(new Event("rows", { bubbles: true }));
  // What keeps the draft hears of it as of anything that is typed.
  table.dispatchEvent(new Event("input", { bubbles: true }));
  return rows;
}

function add(table) {
  const rows = table.querySelectorAll("[data-rows] > [data-row]");
  const row = table.querySelector("[data-blank-row]").content.firstElementChild.cloneNode(true);
  place(table, row, "__row__", String(rows.length));
  table.querySelector("[data-rows]").append(row);
  settle(table);
  row.querySelector("input, select").focus();
}

function remove(table, row) {
  row.remove();
  const rows = settle(table);
  rows.forEach((other, index) => {
    if (other.dataset.row !== String(index)) place(table, other, other.dataset.row, String(index));
  });
  (rows[0]?.querySelector("input, select") ?? table.querySelector("[data-add-row]")).focus();
}

export function watchRows() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-add-row], [data-remove-row]");
    const table = button?.closest("[data-table]");
    if (!table) return;
    event.preventDefault();
    if (button.matches("[data-add-row]")) add(table);
    else remove(table, button.closest("[data-row]"));
  });
}
