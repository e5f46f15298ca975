// Shows and hides questions by their conditions, as the server would (guichet/funding/schema/conditions.py).
import { readAmount, readNumber } from "./questions-amounts.js";

const fold = (text) => text.trim().toLowerCase();

// Of a question on this page: its text, or the list of what is chosen.
function answerOf(box) {
  const name = `q-${box.dataset.question}`;
  if (box.dataset.type === "choices") {
    return [...box.querySelectorAll(`input[type=checkbox][name="${name}"]:checked`)].map((one) => one.value);
  }
  const chosen = box.querySelector("input[type=radio]:checked, input[type=checkbox]:checked");
  if (chosen) return chosen.value;
  const control = box.querySelector(`:is(input[type=text], input[type=date], select, textarea)[name="${name}"]`);
  return control?.value ?? "";
}

function isFilled(box) {
  const { type } = box.dataset;
  if (type === "choices") return answerOf(box).length > 0;
  if (type === "file") return box.querySelector("[name$='-remove']") !== null;
  if (type !== "table" && type !== "budget") return answerOf(box).trim() !== "";
  const controls = box.querySelectorAll("input[type=text], input[type=date], select:not([name$='-kind'])");
  return [...controls].some((control) => control.value.trim());
}

function comparable(type, text, decimals) {
  if (type === "amount") return readAmount(text);
  if (type === "number") return readNumber(text, decimals);
  return type === "date" && /^\d{4}-\d\d-\d\d$/.test(text.trim()) ? Date.parse(text.trim()) : null;
}

function holds(test, boxes, visible) {
  if ("known" in test) return test.known;
  const box = visible.get(test.question) ? boxes.get(test.question) : null;
  if (test.test === "filled") return Boolean(box) && isFilled(box);
  if (test.test === "empty") return !box || !isFilled(box);
  const answer = box ? answerOf(box) : "";
  const isList = Array.isArray(answer);
  // An answer with more decimals than its question takes is none.
  const found = isList ? null : comparable(test.type, answer, Number(box?.dataset.decimals ?? 0));
  const wanted = comparable(test.type, test.value);
  const is = () => {
    if (isList) return answer.length === 1 && answer[0] === test.value;
    if (found !== null && wanted !== null) return found === wanted;
    return test.value !== "" && fold(answer) === fold(test.value);
  };
  if (test.test === "is") return is();
  if (test.test === "is_not") return !is();
  if (test.test === "contains") {
    if (isList) return answer.includes(test.value);
    return test.value !== "" && answer.toLowerCase().includes(test.value.toLowerCase());
  }
  if (found === null || wanted === null) return false;
  return test.test === "below" ? found < wanted : found > wanted;
}

export function watchConditions() {
  const boxes = new Map([...document.querySelectorAll("[data-question]")].map((box) => [box.dataset.question, box]));
  const conditions = [...boxes].filter(([, box]) => box.dataset.condition);
  if (!conditions.length) return;
  const parsed = conditions.map(([key, box]) => [key, JSON.parse(box.dataset.condition)]);
  const visible = new Map([...boxes].map(([key, box]) => [key, !box.hidden]));

  function update() {
    // There is no loop: each round settles at least one more question.
    for (let round = 0; round < parsed.length; round += 1) {
      for (const [key, { match, tests }] of parsed) {
        const outcomes = tests.map((test) => holds(test, boxes, visible));
        visible.set(key, match === "any" ? outcomes.some(Boolean) : outcomes.every(Boolean));
      }
    }
    for (const [key, box] of conditions) box.hidden = !visible.get(key);
  }
  document.addEventListener("input", update);
  document.addEventListener("change", update);
  update();
}
