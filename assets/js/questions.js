// The questions of a form while one types: what shows, what is counted, what adds up. The server checks it all again.
import { watchBudgets } from "./questions-budget.js";
import { watchConditions } from "./questions-conditions.js";
import { watchRows } from "./questions-rows.js";

const language = document.documentElement.lang.startsWith("fr") ? "fr-CA" : "en-CA";

function watchCounters() {
  const words = new Intl.NumberFormat(language);
  const count = (text) => {
    const place = document.getElementById(`count-${text.id}`);
    // As Python counts: an emoji is one.
    const typed = [...text.value].length;
    const most = Number(text.dataset.limit);
    place.firstChild.textContent = place.firstChild.textContent.replace(/^[^/]*/, `${words.format(typed)} `);
    place.classList.toggle("counter-over", typed > most);
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-limit]")) count(event.target);
  });
}

watchCounters();
watchConditions();
watchRows();
watchBudgets(language);
