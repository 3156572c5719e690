/* Chooses the visitor's own zone in <select data-own-zone>, for pages that are complete without it.

   What somebody chose already stays, also where the browser has kept it. */

"use strict";

(() => {
  const choice = document.querySelector("select[data-own-zone]");
  if (!choice?.selectedOptions[0]?.defaultSelected) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Browsers tell some zones by the name that they had before: Asia/Calcutta.
  const known = [...choice.options].find(({ value, dataset }) =>
    value === own || dataset.before?.split(" ").includes(own));
  if (known) choice.value = known.value;
})();
