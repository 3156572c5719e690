/* A file that is too large is told at once, before it has travelled. The server says the same. */

for (const control of document.querySelectorAll("input[type=file][data-most]")) {
  const message = document.createElement("p");
  message.className = "field-error";
  message.setAttribute("aria-live", "polite");
  control.before(message);
  control.addEventListener("change", () => {
    const file = control.files[0];
    const most = Number(control.dataset.most);
    const isTooLarge = file !== undefined && file.size > most;
    message.textContent = isTooLarge
      ? `The file is larger than ${most / 1_000_000} MB, the most that is taken. Make it smaller.`
      : "";
    control.setCustomValidity(message.textContent);
  });
}
