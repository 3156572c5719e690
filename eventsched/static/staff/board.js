/* Keys on the board. Everything they do, links and the search field do too.

   A key is ours only while nobody is typing, and nobody who turned them off is troubled: dictation
   and other aids press letters by accident. */

"use strict";

(() => {
  const OFF = "eventsched:keys-off";
  const hint = document.querySelector("[data-keys]");
  const help = document.getElementById("keys");
  if (!hint || !help) {
    return;
  }
  const box = document.getElementById("keys-on");
  const links = () => [...document.querySelectorAll("[data-row] .row-link")].filter((link) => link.checkVisibility());

  function move(step) {
    const all = links();
    const here = all.indexOf(document.activeElement);
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
    if (next) {
      next.focus();
      next.closest("[data-row]").scrollIntoView({ block: "nearest" });
    }
  }

  const onARow = () => links().includes(document.activeElement);

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => onARow() && move(1),
    ArrowUp: () => onARow() && move(-1),
    "/": () => {
      document.getElementById("q").focus();
      document.getElementById("q").select();
    },
    n: () => document.getElementById("new-event").click(),
    "?": () => help.showModal(),
  };

  addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const elsewhere = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open;
    if (typing || elsewhere || localStorage.getItem(OFF) || !Object.hasOwn(keys, event.key)) {
      return;
    }
    if (keys[event.key]() !== false) {
      event.preventDefault();
    }
  });

  hint.hidden = false;
  hint.querySelector("[data-keys-help]").addEventListener("click", () => help.showModal());
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => {
    if (box.checked) {
      localStorage.removeItem(OFF);
    } else {
      localStorage.setItem(OFF, "yes");
    }
  });
})();
