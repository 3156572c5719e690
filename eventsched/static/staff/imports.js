/* Says that a file is being read, and how far saving has come. Without this file both happen all the
   same, with the browser's own sign that it waits. */

"use strict";

(() => {
  const reading = document.querySelector("form[data-busy]");
  reading?.addEventListener("submit", () => {
    const busy = reading.querySelector(".import-busy");
    busy.textContent = reading.dataset.busy;
    busy.hidden = false;
  });

  const form = document.querySelector("form[data-progress]");
  if (!form || !window.fetch || !window.TextDecoderStream) return;
  const button = form.querySelector("button");
  const busy = form.querySelector(".import-busy");
  const cut = form.querySelector(".import-cut");

  const show = ({ done, total }) => {
    const bar = busy.querySelector("progress");
    bar.max = total;
    bar.value = done;
    busy.querySelector(".import-far").textContent = `${done} of ${total}`;
  };

  /* Returns whether the answer came to its end, and led to the next page. */
  const follow = async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return false;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const said = JSON.parse(line);
        if (said.go) {
          location.assign(said.go);
          return true;
        }
        show(said);
      }
    }
  };

  /* Where the answer broke off nobody knows here what was saved: the server does, and saves all of
     it or nothing, once. */
  const askAgain = () => {
    busy.hidden = true;
    cut.hidden = false;
    button.disabled = false;
    button.focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = new FormData(form);
    button.disabled = true;
    cut.hidden = true;
    busy.hidden = false;
    try {
      const response = await fetch(location.href, {
        method: "POST",
        body: typed,
        headers: { Accept: "application/x-ndjson" },
      });
      if (response.ok && response.headers.get("Content-Type") === "application/x-ndjson") {
        if (!(await follow(response))) askAgain();
        return;
      }
    } catch {
      askAgain();
      return;
    }
    // Refused, or saved before, and so not now: sent once more, as a page, it says which.
    button.disabled = false;
    form.submit();
  });
})();
