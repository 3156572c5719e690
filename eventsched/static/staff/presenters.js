/* Presenters added, removed and put in order on the page itself: with the buttons, by dragging the
   handle with a mouse, a pen or a finger, or with the arrow keys on it.

   Without it, the same buttons ask the server for the page with the rows as they are wanted. */

"use strict";

(() => {
  const list = document.querySelector("[data-presenters]");
  if (!list) {
    return;
  }
  const form = list.closest("form");
  const status = document.getElementById("status");
  const rows = () => [...list.children];
  const nameOf = (row) => row.querySelector("[name$='-name']");
  const called = (row) => nameOf(row).value.trim() || "The presenter";

  function number(row, index) {
    for (const part of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
      for (const attribute of ["id", "name", "for", "aria-describedby"]) {
        const said = part.getAttribute(attribute);
        if (said) {
          part.setAttribute(attribute, said.replace(/presenters-\d+-/g, `presenters-${index}-`));
        }
      }
    }
    for (const told of row.querySelectorAll("[data-number]")) {
      told.textContent = index + 1;
    }
    for (const button of row.querySelectorAll("button[name=do]")) {
      button.value = button.value.replace(/\d+$/, index);
    }
  }

  function settle() {
    const all = rows();
    all.forEach((row, index) => {
      number(row, index);
      row.querySelector("[value^=up]").hidden = index === 0;
      row.querySelector("[value^=down]").hidden = index === all.length - 1;
      row.querySelector("[value^=remove]").hidden = all.length === 1;
      row.querySelector("[data-handle]").hidden = all.length === 1;
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function add() {
    const row = rows()[0].cloneNode(true);
    for (const error of row.querySelectorAll(".field-error")) {
      error.remove();
    }
    for (const input of row.querySelectorAll("input")) {
      input.value = "";
      input.removeAttribute("value");
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      input.closest(".field").classList.remove("field-wrong");
    }
    list.append(row);
    settle();
    return row;
  }

  function place(row, index) {
    const others = rows().filter((other) => other !== row);
    const target = Math.min(Math.max(index, 0), others.length);
    list.insertBefore(row, others[target] || null);
    settle();
    status.textContent = `${called(row)} is now number ${target + 1} of ${others.length + 1}.`;
  }

  function remove(row) {
    const next = row.nextElementSibling || row.previousElementSibling;
    status.textContent = `${called(row)} is removed.`;
    row.remove();
    settle();
    nameOf(next).focus();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    const row = button && button.closest("li");
    const way = button && button.value.match(/^(add|up|down|remove)-presenter/);
    if (!way) {
      return;
    }
    event.preventDefault();
    if (way[1] === "add") {
      nameOf(add()).focus();
    } else if (way[1] === "remove") {
      remove(row);
    } else {
      place(row, rows().indexOf(row) + (way[1] === "up" ? -1 : 1));
      (button.hidden ? row.querySelector("[data-handle]") : button).focus();
    }
  });

  list.addEventListener("keydown", (event) => {
    const handle = event.target.closest("[data-handle]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (handle && step) {
      event.preventDefault();
      const row = handle.closest("li");
      place(row, rows().indexOf(row) + step);
      handle.focus();
    }
  });

  /* Dragging. The row follows the pointer from place to place; Escape puts it back. */
  list.addEventListener("pointerdown", (down) => {
    const handle = down.target.closest("[data-handle]");
    if (!handle || down.button !== 0) {
      return;
    }
    const row = handle.closest("li");
    const began = rows().indexOf(row);
    let reached = began;
    handle.setPointerCapture(down.pointerId);
    row.classList.add("presenter-row-held");

    function follow(move) {
      const others = rows().filter((other) => other !== row);
      const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
      reached = others.filter((other) => middle(other) < move.clientY).length;
      // The others make room: a row that left the page for a moment would lose the pointer.
      while (rows().indexOf(row) < reached) {
        row.before(row.nextElementSibling);
      }
      while (rows().indexOf(row) > reached) {
        row.after(row.previousElementSibling);
      }
    }

    const giveUp = (key) => key.key === "Escape" && leave(began);

    function leave(index) {
      handle.removeEventListener("pointermove", follow);
      handle.removeEventListener("pointerup", drop);
      handle.removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", giveUp);
      row.classList.remove("presenter-row-held");
      if (rows().indexOf(row) !== index || index !== began) {
        place(row, index);
      }
      handle.focus();
    }

    const drop = () => leave(reached);
    const cancel = () => leave(began);
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", cancel);
    addEventListener("keydown", giveUp);
  });

  /* For what was typed before and is brought back: as many rows as it had. */
  list.addEventListener("presenters:want", (event) => {
    while (rows().length < event.detail) {
      add();
    }
  });

  rows().forEach((row) => {
    row.querySelector("[data-handle]").hidden = rows().length === 1;
  });
})();
