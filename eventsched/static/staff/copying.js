/* A button that copies a text; without it, the text can be selected. */

"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    document.getElementById("status").textContent = "Copied.";
    button.textContent = "Copied";
  });
}
