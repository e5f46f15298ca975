// Every page's behaviours. Pages work without them: they only make things quicker or safer.
import "htmx.org";
import { watchDialogs } from "./dialogs.js";
import { watchMenus } from "./menus.js";
import { addPasswordToggles } from "./passwords.js";
import { watchSubmits } from "./submits.js";

watchMenus();
watchDialogs();
watchSubmits();
addPasswordToggles(document);
document.addEventListener("htmx:load", (event) => addPasswordToggles(event.target));

// A refused form speaks first: keyboards and screen readers start at its summary.
document.querySelector("[data-error-summary]")?.focus();
