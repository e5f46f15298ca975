// A double click sends once.
const STOP_WAITING_AFTER_MS = 15000;
const sent = new Set();

function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

export function watchSubmits() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    // After the browser has gathered the fields: a disabled button would not send its name.
    setTimeout(() => {
      if (!event.submitter || !form.contains(event.submitter)) return;
      event.submitter.setAttribute("aria-busy", "true");
      event.submitter.disabled = true;
    });
    // An answer that is a download leaves the page in place.
    setTimeout(() => release(form), STOP_WAITING_AFTER_MS);
  });
  // Back to a page that the browser kept as it was left.
  window.addEventListener("pageshow", () => [...sent].forEach(release));
}
