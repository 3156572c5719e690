/* The words that the field in hand came from, lit up; a click on them leads to the field.

   Without it, each field quotes its words and links to them. */

"use strict";

(() => {
  const form = document.getElementById("read-events");
  const release = document.getElementById("release");
  if (!form || !release) {
    return;
  }

  const marks = [...release.querySelectorAll("mark")];
  const controls = (mark) => mark.dataset.controls.split(" ");

  function show(mark) {
    const above = mark.offsetTop < release.scrollTop;
    const below = mark.offsetTop + mark.offsetHeight > release.scrollTop + release.clientHeight;
    if (above || below) {
      release.scrollTop = mark.offsetTop - release.clientHeight / 3;
    }
  }

  function light(control) {
    const name = (control.name || "").replace(/^(e\d+-presenters)-.*$/, "$1");
    const lit = marks.filter((mark) => controls(mark).includes(name));
    for (const mark of marks) {
      mark.classList.toggle("from-lit", lit.includes(mark));
    }
    if (lit.length) {
      show(lit[0]);
    }
  }

  form.addEventListener("focusin", (event) => light(event.target));
  if (form.contains(document.activeElement)) {
    light(document.activeElement);
  }

  release.addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    if (!mark || String(getSelection())) {
      return;
    }
    const name = controls(mark)[0];
    const control = form.elements[name] || form.elements[`${name}-0-name`];
    if (control) {
      control.focus();
    }
  });
})();
