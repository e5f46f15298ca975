// A list of hundreds that one can type in. The real <select> stays in the form and holds the choice.
import accessibleAutocomplete from "accessible-autocomplete";

const WAIT_MS = 200;
const MOST_SHOWN = 12;

const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .replace(/[’']/g, " ")
    .toLowerCase();

function escapeHtml(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML;
}

function listSource(select) {
  const options = [...select.options]
    .filter((option) => option.value)
    .map((option) => ({ id: option.value, name: option.text, detail: option.dataset.detail ?? "" }));
  return (query, show) => {
    const words = plain(query).split(/\s+/).filter(Boolean);
    const found = options.filter((option) => {
      const text = plain(`${option.name} ${option.detail}`);
      return words.every((word) => text.includes(word));
    });
    show(found.slice(0, MOST_SHOWN));
  };
}

function searchSource(address) {
  let timer;
  let request;
  return (query, show) => {
    clearTimeout(timer);
    request?.abort();
    timer = setTimeout(async () => {
      request = new AbortController();
      try {
        const answer = await fetch(`${address}?q=${encodeURIComponent(query)}`, {
          headers: { Accept: "application/json" },
          signal: request.signal,
        });
        show(answer.ok ? (await answer.json()).results : []);
      } catch (error) {
        if (error.name !== "AbortError") show([]);
      }
    }, WAIT_MS);
  };
}

function choose(select, fiche) {
  const value = fiche ? String(fiche.id) : "";
  if (value && ![...select.options].some((option) => option.value === value)) {
    select.add(new Option(fiche.name, value));
  }
  select.value = value;
  if (select.value !== value) select.selectedIndex = -1;
}

function enhance(box) {
  const select = box.querySelector("select");
  const search = box.querySelector("[data-picker-search]");
  const words = box.dataset;
  const id = select.id;
  const chosen = select.value ? select.options[select.selectedIndex].text : "";
  const place = document.createElement("div");
  select.before(place);

  accessibleAutocomplete({
    element: place,
    id,
    name: search ? "fiche_q" : "",
    required: select.required,
    // Picking is always deliberate: leaving the field never chooses for the person.
    confirmOnBlur: false,
    minLength: search ? 2 : 1,
    defaultValue: chosen || search?.querySelector("input")?.value || "",
    displayMenu: "overlay",
    source: words.search ? searchSource(words.search) : listSource(select),
    templates: {
      inputValue: (fiche) => fiche?.name ?? "",
      suggestion: (fiche) =>
        typeof fiche === "string"
          ? escapeHtml(fiche)
          : `<span class="picker-name">${escapeHtml(fiche.name)}</span>` +
            (fiche.detail ? `<span class="picker-detail">${escapeHtml(fiche.detail)}</span>` : ""),
    },
    onConfirm: (fiche) => {
      if (!fiche) return;
      choose(select, fiche);
      check();
    },
    tNoResults: () => words.noResults,
    tStatusQueryTooShort: (least) => words.tooShort.replace("{count}", least),
    tStatusNoResults: () => words.noResults,
    tStatusSelectedOption: (option, length, index) => `${option} (${index + 1} / ${length})`,
    tStatusResults: (length) => words.results.replace("{count}", length),
    tAssistiveHint: () => words.hint,
  });

  const input = place.querySelector("input");
  const described = [select.getAttribute("aria-describedby"), input.getAttribute("aria-describedby")];
  input.setAttribute("aria-describedby", described.filter(Boolean).join(" "));
  input.placeholder = words.placeholder;
  if (select.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");

  // A name typed but not chosen would be sent as nothing: say so here rather than after a round trip.
  function check() {
    input.setCustomValidity(input.value.trim() && !select.value ? words.notChosen : "");
  }
  input.addEventListener("input", () => {
    choose(select, null);
    check();
  });

  select.id = `${id}-choice`;
  select.required = false;
  select.hidden = true;
  search?.remove();
}

for (const box of document.querySelectorAll("[data-fiche-picker]")) enhance(box);
