/* Chooses the visitor's own zone in <select data-own-zone>, for pages that are complete without it.

   What somebody chose already stays, also where the browser has kept it. */

"use strict";

(() => {
  const choice = document.querySelector("select[data-own-zone]");
  if (!choice?.selectedOptions[0]?.defaultSelected) return;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // A zone that the list has under a newer name alone is left to the visitor.
  if ([...choice.options].some(({ value }) => value === own)) choice.value = own;
})();
