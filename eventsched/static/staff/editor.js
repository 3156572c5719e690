/* The form, quicker: the sentence as it is typed, a presenter's latest title, nothing lost on leaving.

   Everything here also works without it: the sentence by “Look again”, the rest on saving. */

"use strict";

(() => {
  const form = document.getElementById("event-form");
  const words = document.getElementById("preview-words");
  if (!form || !words) {
    return;
  }
  const PAUSE = 200;
  const KEPT = `eventsched:${location.pathname}`;
  let timer = 0;
  let asked = 0;
  let leaving = false;
  let looking = new AbortController();

  const typed = () => new URLSearchParams(new FormData(form));

  const text = () => {
    const said = typed();
    said.delete("csrf_token");
    return said.toString();
  };

  const opened = text();

  async function look() {
    const mine = ++asked;
    looking.abort();
    looking = new AbortController();
    const { signal } = looking;
    const answer = await fetch(form.dataset.preview, { method: "POST", body: typed(), signal }).catch(() => null);
    if (!answer || !answer.ok || answer.redirected || mine !== asked) {
      return;
    }
    words.innerHTML = await answer.text();
    const zone = words.querySelector("[data-zone]");
    form.elements.zone.placeholder = zone ? zone.dataset.zone : "";
  }

  function fillInTitle(input) {
    const row = input.name.match(/^(presenters-\d+)-name$/);
    const known = row && [...document.getElementById("people").options].find((o) => o.value === input.value);
    const title = row && form.elements[`${row[1]}-title`];
    if (known && title && !title.value) {
      title.value = known.dataset.title;
    }
  }

  form.addEventListener("input", (event) => {
    fillInTitle(event.target);
    sessionStorage.setItem(KEPT, text());
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });

  /* A new conference is a presentation unless somebody says otherwise; other kinds are none. */
  let formatIsChosen = !("new" in form.dataset);
  form.elements.format.addEventListener("change", () => {
    formatIsChosen = true;
  });
  form.elements.kind.addEventListener("change", () => {
    if (!formatIsChosen) {
      form.elements.format.value = form.elements.kind.value === "conference" ? "presentation" : "";
    }
  });

  form.addEventListener("submit", () => {
    leaving = true;
    // A look that comes back later would bring the cookie of before, without what saving has to say.
    clearTimeout(timer);
    looking.abort();
    sessionStorage.setItem("eventsched:sent", KEPT);
  });

  addEventListener("beforeunload", (event) => {
    if (!leaving && text() !== opened) {
      event.preventDefault();
    }
  });

  function offerWhatWasKept() {
    const kept = sessionStorage.getItem(KEPT);
    const offer = document.getElementById("kept");
    if (!kept || kept === opened || !offer) {
      return;
    }
    offer.hidden = false;
    offer.querySelector("[data-bring]").addEventListener("click", () => {
      const people = [...new URLSearchParams(kept).keys()].filter((name) => /^presenters-\d+-name$/.test(name));
      const rows = document.querySelector("[data-presenters]");
      rows.dispatchEvent(new CustomEvent("presenters:want", { detail: people.length }));
      const brought = new URLSearchParams(kept);
      // A duplicate has a field for its time alone, other forms have one for both.
      if (!form.elements.time && brought.get("time")) {
        brought.set("date", `${brought.get("date")} ${brought.get("time")}`.trim());
      } else if (form.elements.time && !brought.has("time")) {
        form.elements.time.value = "";
      }
      for (const [name, value] of brought) {
        const field = form.elements[name];
        if (field && name !== "base") {
          field.value = value;
        }
      }
      offer.hidden = true;
      form.elements.title.focus();
      look();
    });
    offer.querySelector("[data-forget]").addEventListener("click", () => {
      sessionStorage.removeItem(KEPT);
      offer.hidden = true;
      form.elements.title.focus();
    });
  }

  if ("typed" in form.dataset) {
    // The page shows what was just sent and not saved: that is the latest.
    sessionStorage.setItem(KEPT, opened);
  } else {
    offerWhatWasKept();
  }
})();
