/* Once the server says that a form was saved, what the browser kept of it is forgotten. Not sooner:
   a save that the network swallowed must not swallow what was typed. */

"use strict";

(() => {
  const sent = sessionStorage.getItem("eventsched:sent");
  if (sent && document.querySelector(".message")) {
    sessionStorage.removeItem(sent);
    sessionStorage.removeItem("eventsched:sent");
  }
})();
