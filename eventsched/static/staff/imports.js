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

  const show = ({ done, total }) => {
    const bar = busy.querySelector("progress");
    bar.max = total;
    bar.value = done;
    busy.querySelector(".import-far").textContent = `${done} of ${total}`;
  };

  const follow = async (response) => {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const said = JSON.parse(line);
        if (said.go) location.assign(said.go);
        else show(said);
      }
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = new FormData(form);
    button.disabled = true;
    busy.hidden = false;
    try {
      const response = await fetch(location.href, {
        method: "POST",
        body: typed,
        headers: { Accept: "application/x-ndjson" },
      });
      if (response.ok && response.headers.get("Content-Type") === "application/x-ndjson") {
        await follow(response);
        return;
      }
    } catch {
      // The network swallowed the answer: the page itself says what became of it.
      location.reload();
      return;
    }
    // Refused, and so not saved: sent once more, as a page, it says why.
    button.disabled = false;
    form.submit();
  });
})();
