// A section of an application that saves itself: some seconds after one typed, when the network is back, when one has
// signed in again. What the server has not got stands in localStorage, and is offered when the section opens again.
const SAVE_AFTER_MS = 3000;
const RETRY_AFTER_MS = 10000;
const LOOK_AROUND_EVERY_MS = 45000;
const IDLE_AFTER_MS = 300000;
const KEPT_FOR_MS = 30 * 24 * 3600 * 1000;
const KEPT_AT_MOST = 5;
const JSON_TYPE = "application/json";
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "base", "version", "stored", "anchor"]);

const form = document.querySelector("form[data-draft]");
if (form) watchDraft(form);

// --- What the server has not got ---

function shelf(name) {
  try {
    const now = Date.now();
    return JSON.parse(localStorage.getItem(name) ?? "[]").filter((one) => now - one.at < KEPT_FOR_MS);
  } catch {
    return [];
  }
}

function putShelf(name, kept) {
  try {
    if (kept.length) localStorage.setItem(name, JSON.stringify(kept.slice(-KEPT_AT_MOST)));
    else localStorage.removeItem(name);
  } catch {
    // Full, or forbidden: the page itself still holds the text, and warns before it is left.
  }
}

function watchDraft(form) {
  const shelfName = `guichet-draft:${form.dataset.draft}`;
  const pageId = `${Date.now()}-${Math.random()}`;
  const state = form.querySelector("[data-state]");
  const words = state.dataset;
  const session = form.querySelector("[data-session]");
  const notices = form.querySelector("[data-notices]");
  const presence = form.querySelector("[data-presence]");
  const stay = form.querySelector("[data-stay]");
  const base = form.elements.base;
  const token = form.elements.csrfmiddlewaretoken;

  // What one typed or chose; files go with the whole form.
  const typed = () =>
    [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TYPED.has(name));
  const text = () => JSON.stringify(typed());

  let saved = form.hasAttribute("data-unsaved") ? "" : text();
  let timer = 0;
  let running = null;
  let stopped = false;
  let leaving = false;
  let lastActive = Date.now();

  const isDirty = () => text() !== saved;
  const say = (words) => {
    state.textContent = words;
  };

  function keep() {
    const others = shelf(shelfName).filter((one) => one.id !== pageId);
    const mine = {
      id: pageId,
      owner: form.dataset.owner,
      at: Date.now(),
      base: base.value,
      version: form.elements.version.value,
      typed: typed(),
    };
    putShelf(shelfName, isDirty() ? [...others, mine] : others);
  }

  function plan(delay) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, delay);
  }

  function notice() {
    lastActive = Date.now();
    if (!isDirty()) return;
    keep();
    plan(SAVE_AFTER_MS);
  }

  // --- Saving ---

  async function post() {
    const body = new URLSearchParams([
      ...typed(),
      ["base", base.value],
      ["version", form.elements.version.value],
      ["csrfmiddlewaretoken", token.value],
    ]);
    return fetch(location.pathname, { method: "POST", headers: { Accept: JSON_TYPE }, body });
  }

  // Signing in again changes the token that a form carries. Answers 200, or why not.
  async function look() {
    const answer = await fetch(location.pathname, { headers: { Accept: JSON_TYPE } });
    if (answer.ok && isJson(answer)) {
      const now = await answer.json();
      token.value = now.token;
      presence.textContent = now.presence;
    }
    return answer.status;
  }

  // One save at a time; « saved », « conflict », « refused » or « later ».
  function save() {
    clearTimeout(timer);
    running ??= attempt().finally(() => {
      running = null;
    });
    return running;
  }

  async function attempt() {
    if (!isDirty() || stopped) return "saved";
    const sent = text();
    say(words.saving);
    try {
      let answer = await post();
      let status = answer.status;
      if (status === 403) {
        status = await look();
        if (status === 200) answer = await post();
        status = status === 200 ? answer.status : status;
      }
      return await settle(answer, status, sent);
    } catch {
      say(words.offline);
      plan(RETRY_AFTER_MS);
      return "later";
    }
  }

  async function settle(answer, status, sent) {
    session.hidden = status !== 401;
    if (status === 401) {
      say("");
      return "later";
    }
    if (status === 200 && isJson(answer)) {
      const result = await answer.json();
      base.value = JSON.stringify({ ...JSON.parse(base.value), ...result.base });
      presence.textContent = result.presence;
      tell(result);
      if (result.conflicts.length) {
        say("");
        return "conflict";
      }
      saved = sent;
      keep();
      say(result.saved);
      if (isDirty()) plan(SAVE_AFTER_MS);
      return "saved";
    }
    if (status === 409 && isJson(answer)) {
      stopped = true;
      say((await answer.json()).message);
      return "refused";
    }
    if (status === 400 || status === 413) {
      say(words.tooBig);
      return "later";
    }
    if (status === 403 || status === 404) {
      stopped = true;
      say(words.denied);
      return "later";
    }
    throw new Error(status);
  }

  // What others wrote meanwhile, with the way to see it.
  function tell({ conflicts, changed }) {
    notices.replaceChildren(
      ...conflicts.map((sentence) => line(sentence)),
      ...(conflicts.length ? [button(words.both, () => form.requestSubmit(stay))] : []),
      ...(changed ? [line(changed), button(words.reload, reload)] : []),
    );
  }

  async function reload() {
    if ((await save()) === "saved") location.reload();
  }

  // --- What this browser kept ---

  function offer() {
    const mine = shelf(shelfName).filter((one) => one.owner === form.dataset.owner);
    const kept = mine.findLast((one) => JSON.stringify(one.typed) !== text());
    // What the server has by now needs no keeping.
    putShelf(
      shelfName,
      shelf(shelfName).filter((one) => one.owner !== form.dataset.owner || JSON.stringify(one.typed) !== text()),
    );
    const box = document.querySelector("[data-kept]");
    if (!kept) return;
    box.querySelector("[data-kept-at]").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, {
      dateStyle: "long",
      timeStyle: "short",
    });
    box.hidden = false;
    const drop = () => {
      putShelf(shelfName, shelf(shelfName).filter((one) => one.id !== kept.id));
      box.hidden = true;
    };
    box.querySelector("[data-kept-drop]").addEventListener("click", drop);
    box.querySelector("[data-kept-take]").addEventListener("click", async () => {
      // What was typed on this page meanwhile is saved first; the server then compares the two.
      if ((await save()) === "later") return;
      leaving = true;
      resend(kept);
    });
  }

  function resend(kept) {
    const again = document.createElement("form");
    again.method = "post";
    again.hidden = true;
    const fields = [
      ...kept.typed,
      ["base", kept.base],
      ["version", kept.version],
      ["go", "stay"],
      ["csrfmiddlewaretoken", token.value],
    ];
    for (const [name, value] of fields) {
      const input = document.createElement("textarea");
      input.name = name;
      input.value = value;
      again.append(input);
    }
    document.body.append(again);
    again.submit();
  }

  // --- Events ---

  form.addEventListener("input", notice);
  form.addEventListener("change", notice);
  // Rows that come and go.
  form.addEventListener("click", () => setTimeout(notice));
  form.querySelector("[data-retry]").addEventListener("click", save);
  window.addEventListener("online", () => isDirty() && save());
  window.addEventListener("focus", () => !session.hidden && save());
  window.addEventListener("beforeunload", (event) => {
    if (isDirty() && !leaving) event.preventDefault();
  });
  // Saved first, so that a page that does not come back has lost nothing.
  form.addEventListener("submit", async (event) => {
    if (leaving || !isDirty()) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    if ((await save()) === "later") return;
    leaving = true;
    form.requestSubmit(button);
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  setInterval(() => {
    const isHere = document.visibilityState === "visible" && Date.now() - lastActive < IDLE_AFTER_MS;
    if (isHere && !stopped && session.hidden) look().catch(() => {});
  }, LOOK_AROUND_EVERY_MS);

  watchFiles(form, () => {
    say(words.sending);
    form.requestSubmit(stay);
  });
  offer();
  keep();
}

function isJson(answer) {
  return (answer.headers.get("Content-Type") ?? "").startsWith(JSON_TYPE);
}

function line(sentence) {
  const paragraph = document.createElement("p");
  paragraph.textContent = sentence;
  return paragraph;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-outline";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

// --- Files: sent as soon as they are chosen (those that uploads.js takes are not there any more) ---

function watchFiles(form, send) {
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[type=file]") || !event.target.files.length) return;
    form.elements.anchor.value = event.target.closest("fieldset").id;
    send();
  });
}
