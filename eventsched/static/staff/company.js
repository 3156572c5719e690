/* The home zone of a company that is set up: the one that this computer goes by, if it is listed. */

"use strict";

(() => {
  const home = document.getElementById("home_zone");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const listed = [...document.getElementById("zones").options].some((zone) => zone.value === here);
  if (home && !home.value && listed) {
    home.value = here;
  }
})();
