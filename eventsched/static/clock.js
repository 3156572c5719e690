/* What ticks, for pages that are complete without it. Words and instants come from the page:

   <html data-now data-speed>   a demo's clock; without them the visitor's own clock counts
   <html data-home-zone>        the issuer's zone
   <main data-next>             when the page next reads differently: it is asked for again then
   <main data-look-again>       something on it may change at any moment: it is asked for about every so
                                many seconds, half as many at least and half as many again at most
   [data-own-time]              an instant; shown on the visitor's own clock where that differs, with
                                the date too where that is another day, or where there is [data-own-date]
   [data-countdown]             an instant; counted down to, within [data-countdown-from] seconds
   [data-clock]                 shows the demo's clock
   Each of the last three holds a <span data-words> that is filled, and is hidden until then. */

"use strict";

(() => {
  const root = document.documentElement;
  const DAY = 86_400_000;
  const LONGEST_TIMEOUT = 3_600_000;
  // So that a thousand tabs don't ask at once; a demo has one visitor and little time.
  const JITTER = root.dataset.speed ? 200 : 2_000;
  const SLOWEST_RETRY = 60_000;

  let shown = readClock(root);
  let skew = 0;
  let timer = 0;
  let retry = 1_000;
  let looking = 0;
  let asked = 0;

  function readClock(element) {
    const now = Date.parse(element.dataset.now);
    return Number.isNaN(now)
      ? null
      : { now, since: performance.now(), speed: Number(element.dataset.speed) };
  }

  function now() {
    return shown
      ? shown.now + (performance.now() - shown.since) * shown.speed
      : Date.now() + skew;
  }

  function main() {
    return document.getElementById("main");
  }

  // Turning the page at its instant

  function schedule(jitter = Math.random() * JITTER) {
    clearTimeout(timer);
    const next = Date.parse(main().dataset.next);
    if (Number.isNaN(next)) return;
    const wait = (next - now()) / (shown ? shown.speed : 1);
    if (wait > LONGEST_TIMEOUT) {
      timer = setTimeout(schedule, LONGEST_TIMEOUT);
    } else {
      timer = setTimeout(turn, Math.max(wait, 0) + jitter);
    }
  }

  async function turn() {
    const before = main().dataset.next;
    await ask();
    if (main().dataset.next !== before) return; // It turned, and its next time is waited for.
    clearTimeout(timer);
    retry = Math.min(retry * 2, SLOWEST_RETRY);
    timer = setTimeout(turn, retry * (0.5 + Math.random()));
  }

  async function ask() {
    const mine = ++asked;
    try {
      const answer = await fetch(location.href, { cache: "no-cache", redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        location.reload(); // The gate has opened: the browser itself goes through.
        return;
      }
      learnTime(answer);
      if (!answer.headers.get("Content-Type")?.startsWith("text/html")) return;
      const markup = await answer.text();
      // What was asked for later says more.
      if (mine === asked) show(markup);
    } catch {
      // Offline, or the answer broke off: it is asked for again.
    }
  }

  // How to join a webcast that runs, or whether a replay is posted, may change without notice

  function lookAgain(soon = false) {
    clearTimeout(looking);
    const usual = Number(main().dataset.lookAgain) * (root.dataset.speed ? 100 : 1_000);
    if (!usual) return;
    const wait = soon ? Math.random() * JITTER : usual * (0.5 + Math.random());
    looking = setTimeout(async () => {
      // Nobody sees a tab in the background; it looks when it comes to the front.
      if (!document.hidden) await ask();
      lookAgain();
    }, wait);
  }

  function learnTime(answer) {
    const told = Date.parse(answer.headers.get("Date"));
    const age = Number(answer.headers.get("Age") ?? 0) * 1_000;
    if (!Number.isNaN(told)) skew = told + age - Date.now();
  }

  function show(markup) {
    const fresh = new DOMParser().parseFromString(markup, "text/html");
    const main_ = fresh.getElementById("main");
    if (!main_) return;
    shown = readClock(fresh.documentElement);
    if (main_.isEqualNode(pristine)) return;
    pristine = main_.cloneNode(true);
    addSheets(fresh);
    const before = main().dataset.next;
    const focused = document.activeElement?.getAttribute("href");
    const hadFocus = main().contains(document.activeElement);
    const opened = [...main().querySelectorAll("details")].map((details) => details.open);
    main().replaceWith(document.adoptNode(main_));
    document.title = fresh.title;
    main().querySelectorAll("details").forEach((details, index) => {
      details.open = opened[index] ?? details.open;
    });
    if (hadFocus) (withHref(focused) ?? main()).focus({ preventScroll: true });
    announce(main().dataset.state);
    tick();
    ownTimes();
    lookAgain();
    if (main().dataset.next === before) return;
    retry = 1_000;
    schedule();
  }

  // What was not on the page before may need a sheet of its own, in its place among the others
  function addSheets(fresh) {
    let last = null;
    for (const sheet of fresh.querySelectorAll('link[rel="stylesheet"]')) {
      const href = CSS.escape(sheet.getAttribute("href"));
      const here = document.querySelector(`link[rel="stylesheet"][href="${href}"]`);
      if (!here) last?.after(document.adoptNode(sheet));
      last = here ?? sheet;
    }
  }

  function withHref(href) {
    return href && main().querySelector(`[href="${CSS.escape(href)}"]`);
  }

  function announce(words) {
    const status = document.getElementById("status");
    if (status && words) status.textContent = words;
  }

  // Counting down

  function tick() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      const left = Date.parse(element.dataset.countdown) - now();
      const within = Number(element.dataset.countdownFrom ?? Infinity) * 1_000;
      element.hidden = left <= 0 || left > within;
      fill(element, inWords(left));
    }
    for (const element of document.querySelectorAll("[data-clock]")) fill(element, clockWords());
  }

  function inWords(left) {
    const steps = [[DAY, "day"], [3_600_000, "hour"], [60_000, "minute"], [1_000, "second"]];
    const [size, unit] = steps.find(([size]) => left >= size) ?? steps[3];
    const format = new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "always" });
    return format.format(Math.max(Math.floor(left / size), 0), unit);
  }

  function clockWords() {
    const zone = root.dataset.homeZone;
    const clock = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };
    return `${format({ dateStyle: "long" }, zone)}, ${small(format(clock, zone))}`;
  }

  function format(parts, timeZone, instant = now()) {
    return new Intl.DateTimeFormat("en-US", { ...parts, timeZone }).format(instant);
  }

  function fill(element, words) {
    const place = element.querySelector("[data-words]");
    if (place.textContent !== words) place.textContent = words;
  }

  // The visitor's own zone

  function ownTimes() {
    for (const element of document.querySelectorAll("[data-own-time]")) {
      const said = element.dataset.ownTime;
      const instant = new Date(said);
      if (sameClock(said, instant)) continue;
      const isAnotherDay = !sameDay(said, instant);
      fill(element, ownWords(instant, isAnotherDay || "ownDate" in element.dataset));
      element.hidden = false;
    }
  }

  function sameClock(said, instant) {
    const wall = { dateStyle: "short", timeStyle: "short" };
    const there = format(wall, "UTC", onTheWall(said));
    const home = format(wall, root.dataset.homeZone, instant);
    return [there, home].includes(format(wall, undefined, instant));
  }

  function sameDay(said, instant) {
    const day = { dateStyle: "short" };
    return format(day, "UTC", onTheWall(said)) === format(day, undefined, instant);
  }

  function onTheWall(said) {
    return new Date(said.slice(0, 19) + "Z");
  }

  function ownWords(instant, withDate) {
    const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: "numeric" })
      .resolvedOptions();
    const clock = { hour: "numeric", minute: "2-digit", timeZoneName: "short", hourCycle };
    const date = withDate ? { month: "long", day: "numeric" } : {};
    const words = format({ weekday: "long", ...date, ...clock }, undefined, instant);
    return small(words.replace(" at ", ", "));
  }

  function small(clock) {
    return clock.replace("AM", "am").replace("PM", "pm");
  }

  let pristine = main().cloneNode(true);
  tick();
  ownTimes();
  setInterval(tick, 1_000);
  schedule();
  lookAgain();
  // A laptop that slept, a tab that comes back: look at once, but not all at once.
  addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    schedule();
    lookAgain(true);
  });
  addEventListener("pageshow", (event) => event.persisted && schedule());
})();
