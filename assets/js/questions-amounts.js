// Amounts as people type them, in cents, and numbers; null for what the server would refuse (schema/amounts.py).
const GROUPS = /^\d{1,3}(?:([ .,])\d{3})(?:\1\d{3})*$/;
const MOST_CENTS = 9999999999;

function read(text, decimals) {
  const plain = text.replace(/\s+/g, " ").trim();
  if (!/^[\d ., ]*\d[\d ., ]*$/.test(plain)) return null;
  const marks = plain.match(/[.,]/g) ?? [];
  const last = marks[marks.length - 1];
  let whole = plain;
  let fraction = "";
  if (last && marks.filter((mark) => mark === last).length === 1) {
    const place = plain.lastIndexOf(last);
    const before = plain.slice(0, place).trim();
    const after = plain.slice(place + 1).trim();
    const looksGrouped = marks.length === 1 && /^[1-9]\d{0,2}$/.test(before) && /^\d{3}$/.test(after);
    if (looksGrouped && decimals && decimals < 3) return null;
    if (!looksGrouped || decimals) [whole, fraction] = [before || "0", after];
  }
  if (fraction.length > decimals || (fraction && !/^\d+$/.test(fraction))) return null;
  if (!/^\d+$/.test(whole) && !GROUPS.test(whole)) return null;
  return { whole: whole.replace(/\D/g, ""), fraction };
}

export function readAmount(text) {
  const found = read(text.trim().replace(/^\$|\$$/, ""), 2);
  if (!found) return null;
  const cents = Number(found.whole) * 100 + Number(found.fraction.padEnd(2, "0"));
  return cents > MOST_CENTS ? null : cents;
}

export function readNumber(text, decimals = 6) {
  const isNegative = /^\s*[-−–]/.test(text);
  const found = read(isNegative ? text.trim().slice(1) : text, decimals);
  if (!found) return null;
  const number = Number(`${found.whole}.${found.fraction || 0}`);
  return isNegative ? -number : number;
}
