/* A file that is too large is told at once, before it has travelled. The server says the same. */

"use strict";

for (const control of document.querySelectorAll("input[type=file][data-most]")) {
  const message = document.createElement("p");
  message.className = "field-error";
  message.id = `${control.id}-too-large`;
  message.setAttribute("aria-live", "polite");
  control.before(message);
  const described = `${control.getAttribute("aria-describedby") ?? ""} ${message.id}`.trim();
  control.setAttribute("aria-describedby", described);
  const was = control.getAttribute("aria-invalid");

  const look = () => {
    const most = Number(control.dataset.most);
    const isTooLarge = control.files.length > 0 && control.files[0].size > most;
    message.textContent = isTooLarge
      ? `The file is larger than ${most / 1_000_000} MB, the most that is taken. Choose a smaller one.`
      : "";
    if (isTooLarge) control.setAttribute("aria-invalid", "true");
    else if (was === null) control.removeAttribute("aria-invalid");
    return isTooLarge;
  };

  control.addEventListener("change", look);
  control.form.addEventListener("submit", (event) => {
    // What is taken away needs no file.
    if (event.submitter?.value === "remove") control.value = "";
    if (!look()) return;
    event.preventDefault();
    control.focus();
  });
}
