/* On the company's own page: lets each frame from this site be as tall as what is in it. */

"use strict";

(() => {
  const origin = new URL(document.currentScript.src).origin;
  addEventListener("message", (message) => {
    const height = message.data?.["investor-events-height"];
    if (message.origin !== origin || !Number.isFinite(height) || height < 0 || height > 100_000) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === message.source) frame.style.height = `${height}px`;
    }
  });
})();
