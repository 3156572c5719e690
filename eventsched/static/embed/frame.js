/* Inside the frame: tells the page around it how tall the content is. */

"use strict";

(() => {
  if (parent === window) return;
  const content = () => document.getElementById("main");
  // A height is no secret, and the parent's address is not ours to know.
  const tell = () =>
    parent.postMessage({ "investor-events-height": Math.ceil(content().getBoundingClientRect().height) }, "*");
  const watch = new ResizeObserver(tell);
  watch.observe(content());
  // clock.js exchanges the content when the page turns.
  new MutationObserver(() => {
    watch.disconnect();
    watch.observe(content());
  }).observe(document.body, { childList: true });
})();
