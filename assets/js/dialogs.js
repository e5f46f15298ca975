// <form data-confirm> holds a <dialog>: its first button opens it, its last one sends. Without script, the form
// posts without « confirmed » and the server answers with a page that asks the same question.
export function watchDialogs() {
  document.addEventListener("submit", (event) => {
    const dialog = event.target.matches("form[data-confirm]") && event.target.querySelector("dialog");
    if (!dialog || event.submitter?.name === "confirmed") return;
    event.preventDefault();
    // Required only now: in a closed dialog the browser could not show what is missing.
    for (const field of dialog.querySelectorAll("[data-required]")) field.required = true;
    dialog.showModal();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    // The backdrop belongs to the dialog element itself; its content fills it.
    if (event.target.matches("dialog[open]")) event.target.close();
  });
  document.addEventListener(
    "close",
    (event) => {
      for (const field of event.target.querySelectorAll("[data-required]")) field.required = false;
    },
    true,
  );
  // What was just done stands in the page; as a dialog it cannot be missed.
  const told = document.querySelector("dialog[data-open]");
  told?.close();
  told?.showModal();
}
