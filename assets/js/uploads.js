// The heavy files of a form: sent in parts by the tus protocol, gone on with where a lost network, an ended session or a
// closed page cut them off. Light files go with the form. Files are also dropped over their question.
import { Upload } from "tus-js-client";

const HEAVY_BYTES = 10 * 1024 * 1024;
const PART_BYTES = 1024 * 1024;
const RETRY_AFTER_MS = [0, 1000, 3000, 5000];
// Networks also come back without saying so.
const LOOK_AGAIN_EVERY_MS = 15000;
const TUS = "1.0.0";
const MEGABYTE = 1024 * 1024;
// What a screen reader is told of the progress.
const STEPS = 4;

const form = document.querySelector("form[data-uploads]");
if (form) {
  watchUploads(form);
  watchDrops(form);
}

function watchUploads(form) {
  const endpoint = form.dataset.uploads;
  const token = form.elements.csrfmiddlewaretoken;
  const numbers = new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  // By the row that shows each.
  const sends = new Map();
  // One file at a time: a phone's network is narrow.
  let last = Promise.resolve();

  const listIn = (field) => field.querySelector("[data-uploads-list]");
  const inputIn = (field) => field.querySelector("input[type=file]");

  // --- What is said ---

  const words = (field, state) => listIn(field).getAttribute(`data-say-${state}`);

  function phrase(one, state, message = "") {
    const weight = (bytes) => `${numbers.format(bytes / MEGABYTE)}\u00a0${listIn(one.field).dataset.unit}`;
    const said = { name: one.file.name, done: weight(one.sent), size: weight(one.file.size), message };
    return words(one.field, state).replace(/\{(\w+)\}/g, (_all, name) => said[name]);
  }

  function tell(field, sentence) {
    field.querySelector("[data-upload-status]").textContent = sentence;
  }

  function show(one, state, message) {
    const said = phrase(one, state, message);
    const step = Math.floor((STEPS * one.sent) / one.file.size);
    if (state !== one.state || step !== one.step) tell(one.field, said);
    Object.assign(one, { state, step });
    one.row.querySelector("[data-upload-words]").textContent = said;
    const bar = one.row.querySelector("progress");
    bar.value = one.sent;
    const isOver = ["refused", "denied"].includes(state);
    bar.hidden = isOver;
    one.row.classList.toggle("upload-refused", isOver);
    if (isOver) one.row.querySelector("[data-upload-cancel-label]").textContent = words(one.field, "close");
    one.row.querySelector("[data-upload-resume]").hidden = !["offline", "session", "trouble"].includes(state);
  }

  // --- Sending ---

  // The row of the same file, cut off before this page was opened; else a new one.
  function rowOf(field, file) {
    const list = listIn(field);
    const marks = { name: file.name, size: String(file.size), modified: String(file.lastModified) };
    const isSame = (row) => !sends.has(row) && Object.keys(marks).every((mark) => row.dataset[mark] === marks[mark]);
    const known = [...list.children].find(isSame);
    if (known) return known;
    const row = field.querySelector("[data-upload-row]").content.firstElementChild.cloneNode(true);
    Object.assign(row.dataset, marks);
    row.querySelector("progress").max = file.size;
    for (const name of row.querySelectorAll("[data-upload-name]")) name.textContent = ` ${file.name}`;
    list.append(row);
    return row;
  }

  function send(field, file) {
    const row = rowOf(field, file);
    const one = { field, file, row, sent: Number(row.dataset.offset), free: () => {} };
    one.upload = new Upload(file, {
      endpoint,
      uploadUrl: row.dataset.upload || null,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_AFTER_MS,
      // The page lists what was cut off.
      storeFingerprintForResuming: false,
      metadata: {
        question: field.closest("[data-question]").dataset.question,
        filename: file.name,
        modified: String(file.lastModified),
      },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token.value),
      onProgress: (sent) => {
        one.sent = sent;
        show(one, sent < file.size ? "sending" : "checking");
      },
      onSuccess: () => finish(one),
      onError: (error) => stop(one, error),
    });
    sends.set(row, one);
    listIn(field).hidden = false;
    queue(one);
  }

  function queue(one) {
    const isFirst = ![...sends.values()].some((other) => other.isQueued);
    one.isQueued = true;
    show(one, isFirst ? "sending" : "waiting");
    last = last.then(
      () =>
        new Promise((resolve) => {
          one.free = () => {
            one.isQueued = false;
            resolve();
          };
          if (sends.get(one.row) === one) one.upload.start();
          else one.free();
        }),
    );
  }

  async function finish(one) {
    sends.delete(one.row);
    one.row.remove();
    listIn(one.field).hidden = !listIn(one.field).children.length;
    tell(one.field, phrase(one, "done"));
    one.free();
    await refresh(one.field);
  }

  // What the question holds by now, without leaving what one types elsewhere on the page.
  async function refresh(field) {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(field.id);
    offerDrops(now ?? field);
    const focused = document.activeElement.id;
    for (const part of now?.querySelectorAll("[data-file-part]") ?? []) {
      field.querySelector(`[data-file-part="${part.dataset.filePart}"]`).replaceWith(part);
    }
    if (focused && document.activeElement.id !== focused) document.getElementById(focused)?.focus();
  }

  // --- What stops it ---

  function stop(one, error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    const message = messageOf(error.originalResponse);
    if (status === 401) pause(one, "session");
    else if (message && status !== 409) pause(one, "refused", message);
    else if (status === 403) again(one);
    else pause(one, status ? "trouble" : "offline");
  }

  function messageOf(answer) {
    try {
      return JSON.parse(answer.getBody()).message;
    } catch {
      return "";
    }
  }

  function pause(one, state, message) {
    show(one, state, message);
    one.free();
  }

  // Signing in again changes the token that requests bear. Answers 200, or why not; throws without a network.
  async function renew() {
    const answer = await fetch(endpoint);
    if (!answer.ok) return answer.status;
    if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return 404;
    token.value = (await answer.json()).token;
    return 200;
  }

  // Goes on once there is a token; says why not.
  async function again(one) {
    try {
      const status = await renew();
      if (status !== 200) pause(one, status === 401 ? "session" : "denied");
      else if (one.hadToken) pause(one, "trouble");
      else {
        one.hadToken = true;
        one.upload.start();
      }
    } catch {
      pause(one, "offline");
    }
  }

  async function resume(one) {
    if (one.isResuming) return;
    one.isResuming = true;
    one.hadToken = false;
    try {
      const status = await renew();
      if (status !== 200) pause(one, status === 401 ? "session" : "denied");
      else if (sends.has(one.row)) queue(one);
    } catch {
      pause(one, "offline");
    } finally {
      one.isResuming = false;
    }
  }

  function resumeAll(state) {
    for (const one of sends.values()) if (one.state === state) resume(one);
  }

  async function cancel(row) {
    const field = row.closest("fieldset");
    const one = sends.get(row);
    const url = one?.upload.url ?? row.dataset.upload;
    sends.delete(row);
    if (one) await one.upload.abort();
    one?.free();
    const sentence = words(field, "cancelled").replace("{name}", row.dataset.name);
    row.remove();
    listIn(field).hidden = !listIn(field).children.length;
    tell(field, sentence);
    (inputIn(field) ?? field).focus();
    if (!url) return;
    const forget = () =>
      fetch(url, {
        method: "DELETE",
        headers: { "Tus-Resumable": TUS, "X-CSRFToken": token.value },
        // Also when one leaves the page at once.
        keepalive: true,
      });
    try {
      if ((await forget()).status === 403 && (await renew()) === 200) await forget();
    } catch {
      // Without a network it stays on the server, and the page lists it when it opens again.
    }
  }

  // --- Events ---

  // Before what sends light files with the form: a form that leaves now would cut off what is on its way.
  form.addEventListener(
    "change",
    (event) => {
      const input = event.target;
      if (!input.matches("input[type=file]")) return;
      const files = [...input.files];
      if (!files.some((file) => file.size > HEAVY_BYTES) && !sends.size) return;
      input.value = "";
      for (const file of files) send(input.closest("fieldset"), file);
    },
    true,
  );
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-upload-resume], [data-upload-cancel]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-upload]");
    if (button.matches("[data-upload-cancel]")) cancel(row);
    else if (sends.has(row)) resume(sends.get(row));
    else inputIn(row.closest("fieldset")).click();
  });
  for (const row of form.querySelectorAll("[data-uploads-list] > [data-upload]")) {
    row.querySelector("[data-upload-resume]").hidden = !inputIn(row.closest("fieldset"));
  }
  window.addEventListener("online", () => resumeAll("offline"));
  setInterval(() => resumeAll("offline"), LOOK_AGAIN_EVERY_MS);
  window.addEventListener("focus", () => resumeAll("session"));
  window.addEventListener("beforeunload", (event) => {
    const isLost = (one) => !["refused", "denied"].includes(one.state);
    if ([...sends.values()].some(isLost)) event.preventDefault();
  });
}

// Only where there are windows to drag from.
function offerDrops(place) {
  const isHidden = !matchMedia("(pointer: fine)").matches;
  for (const hint of place.querySelectorAll("[data-drop-hint]")) hint.hidden = isHidden;
}

function watchDrops(form) {
  offerDrops(form);
  const fieldOf = (event) => event.target.closest?.(".question-file");
  const mark = (field) => {
    for (const other of form.querySelectorAll(".drop-here")) other.classList.remove("drop-here");
    if (field?.querySelector("input[type=file]")) field.classList.add("drop-here");
  };
  // Beside its question too: the browser would leave the page to show the file.
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      mark(name === "drop" ? null : fieldOf(event));
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) mark(null);
  });
  form.addEventListener("drop", (event) => {
    const input = fieldOf(event)?.querySelector("input[type=file]");
    if (!input || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
