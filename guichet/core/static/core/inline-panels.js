// Starts the rows of Wagtail's InlinePanel: its own template does it with a script in the page, which our policy forbids.
document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-inline-panel]")) {
    new window.InlinePanel(JSON.parse(place.dataset.inlinePanel));
  }
});
