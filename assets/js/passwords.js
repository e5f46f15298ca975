// « Afficher » beside a password. The field leaves room for the button, so nothing moves when it comes.
export function addPasswordToggles(root) {
  for (const box of root.querySelectorAll("[data-password]:not([data-ready])")) {
    const input = box.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "password-toggle";
    button.textContent = box.dataset.show;
    button.setAttribute("aria-controls", input.id);
    const label = document.querySelector(`label[for="${input.id}"]`)?.firstChild?.textContent.trim() ?? "";
    button.setAttribute("aria-label", `${box.dataset.show} : ${label}`);
    button.addEventListener("click", () => {
      const shown = input.type === "text";
      input.type = shown ? "password" : "text";
      button.textContent = shown ? box.dataset.show : box.dataset.hide;
      button.setAttribute("aria-label", `${button.textContent} : ${label}`);
    });
    // Sent as a password, so that browsers offer to keep it and never remember it as a text.
    input.form?.addEventListener("submit", () => (input.type = "password"));
    box.dataset.ready = "";
    box.append(button);
  }
}
