/* <investor-events>: upcoming events, live webcasts and replays on the company's own site.

   <script type="module" src="https://ir.example.com/embed/investor-events.js"></script>
   <investor-events limit="5" kind="earnings_call"></investor-events>

   It reads /events.json of the site that it came from, sets no cookie, loads nothing else and needs no
   'unsafe-inline': its style is a constructed sheet. Restyle it with the --events-… variables below;
   docs/embedding.md has them all. WORDS, which the site puts in front of this, is what it says. */

/* global WORDS */

const SITE = new URL("..", import.meta.url);
// Asked for one after the other: a webcast that ends in between is in the second answer.
const QUESTIONS = [
  "phase=live,upcoming&limit=50",
  "phase=replay_pending,replay_open&order=latest&limit=50",
];
const LONGEST_TIMEOUT = 3_600_000;
const RETRY = 60_000;
// How to join a webcast that runs may change without notice.
const LIVE_TIMEOUT = 60_000;
// So that a thousand tabs don't ask at once.
const JITTER = 3_000;

const GROUPS = [
  [WORDS.groups.live, ["live"]],
  [WORDS.groups.upcoming, ["upcoming"]],
  [WORDS.groups.replays, ["replay_open", "replay_pending"]],
];

const STYLE = `
:host {
  --paper: var(--events-paper, Canvas);
  --ink: var(--events-ink, CanvasText);
  --ink-soft: var(--events-ink-soft, color-mix(in srgb, var(--ink), var(--paper) 28%));
  --line: var(--events-line, color-mix(in srgb, var(--ink), var(--paper) 80%));
  --accent: var(--events-accent, LinkText);
  --on-accent: var(--events-on-accent, Canvas);
  --alert: var(--events-alert, var(--ink));
  --display: var(--events-font-display, inherit);
  --text: var(--events-font-text, inherit);
  --radius: var(--events-radius, 3px);
  display: block;
  container-type: inline-size;
  background: var(--paper);
  color: var(--ink);
  font-family: var(--text);
  line-height: 1.5;
  overflow-wrap: anywhere;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
h2, h3, p, ul { margin: 0; padding: 0; }
h2, h3 { font-family: var(--display); font-weight: 600; line-height: 1.25; }
h2 { padding-block: 1.5em .5em; border-block-end: 2px solid var(--ink); font-size: 1.25em; }
h3 { font-size: 1.125em; }
ul { list-style: none; }
li { display: grid; gap: .25em 1.5em; padding-block: 1.25em; border-block-end: 1px solid var(--line); }
small { color: var(--ink-soft); font-size: .875em; }
s { color: var(--ink-soft); }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
p { text-wrap: balance; }
h3 a { color: inherit; text-decoration-color: transparent; }
h3 a:hover { color: var(--accent); text-decoration-color: currentColor; }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: var(--radius); }
.way { display: inline-block; justify-self: start; margin-block-start: .5em; padding: .5em 1em; border: 1px solid var(--accent);
  border-radius: var(--radius); background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
.way:hover { background: transparent; color: var(--accent); }
.off { color: var(--alert); font-weight: 600; }
.all { padding-block-start: 1em; }
.logo { display: block; max-inline-size: 100%; block-size: 2.5rem; object-fit: contain; object-position: left; }
@media (forced-colors: active) {
  .way, .way:hover { border-width: 2px; background: Canvas; color: LinkText; }
}
@container (width >= 40rem) {
  li { grid-template-columns: minmax(0, 1fr) auto; align-items: center; }
  .way { grid-row: 1; grid-column: 2; }
}`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

// Text only ever becomes text: nothing that the site says can become markup here.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

function link(href, attributes, ...children) {
  const { protocol } = new URL(href, SITE);
  const safe = protocol === "https:" || protocol === "http:";
  return element("a", { ...attributes, href: safe ? href : SITE.href }, ...children);
}

class InvestorEvents extends HTMLElement {
  static observedAttributes = ["kind", "limit", "empty", "logo"];

  #root = this.attachShadow({ mode: "open" });
  #timer = 0;
  #turn = 0;
  #body = element("div", { part: "body" });
  #logo = element("slot", { name: "logo" });

  connectedCallback() {
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.replaceChildren(this.#logo, this.#body);
    this.#load();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#load();
  }

  async #load() {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    try {
      const { events, issuer } = await this.#asked();
      // Another wish came meanwhile, and has an answer of its own.
      if (turn !== this.#turn) return;
      this.#logo.replaceChildren(...this.#ownLogo(issuer));
      this.#body.replaceChildren(...this.#content(events), this.#all(issuer.url));
      this.#wait(this.#untilNext(events));
    } catch (problem) {
      if (turn !== this.#turn) return;
      console.warn("investor-events:", problem);
      // What was shown stays until it can be asked for again; at first there is the way there.
      if (!this.#body.childElementCount) this.#body.replaceChildren(this.#all(SITE.href));
      this.#wait(RETRY);
    }
    this.dispatchEvent(new CustomEvent("investor-events-shown", { bubbles: true }));
  }

  async #asked() {
    const events = new Map();
    let issuer;
    for (const question of QUESTIONS) {
      const answer = await fetch(this.#address(question), { credentials: "omit" });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      const told = await answer.json();
      issuer = told.issuer;
      // Of an event that is in both, the later answer is right.
      for (const event of told.events) events.set(event.id, event);
    }
    return { events: [...events.values()], issuer };
  }

  #address(question) {
    const address = new URL("events.json", SITE);
    const kind = this.getAttribute("kind");
    address.search = kind ? `kind=${encodeURIComponent(kind)}&${question}` : question;
    return address;
  }

  #content(events) {
    const limit = Number(this.getAttribute("limit")) || 10;
    const groups = GROUPS.flatMap(([name, phases]) => {
      const shown = events.filter((event) => phases.includes(event.phase)).slice(0, limit);
      return shown.length ? [element("h2", {}, name), element("ul", {}, ...shown.map(entry))] : [];
    });
    const empty = this.getAttribute("empty") ?? WORDS.empty;
    return groups.length ? groups : [element("p", {}, empty)];
  }

  // What the page puts into the slot stands in its place.
  #ownLogo({ name, logo_url }) {
    if (!logo_url || !this.hasAttribute("logo")) return [];
    const src = new URL(`logo${new URL(logo_url).search}`, SITE);
    return [element("img", { class: "logo", part: "logo", src, alt: name })];
  }

  #all(url) {
    return element("p", { class: "all" }, link(url, {}, WORDS.all));
  }

  #untilNext(events) {
    const instants = events
      .flatMap(({ live, replay, starts_at, ends_at }) => [
        starts_at, ends_at, live?.closes_at, replay?.opens_at, replay?.closes_at, replay?.missing_from,
      ])
      .map((instant) => Date.parse(instant) - Date.now())
      .filter((left) => left > 0);
    const longest = events.some(({ phase }) => phase === "live") ? LIVE_TIMEOUT : LONGEST_TIMEOUT;
    return Math.min(longest, ...instants) + Math.random() * JITTER;
  }

  #wait(milliseconds) {
    this.#timer = setTimeout(() => this.isConnected && this.#load(), milliseconds);
  }
}

function entry(event) {
  const off = event.standing !== "confirmed";
  const when = element("time", { datetime: event.starts_at ?? event.date }, event.when);
  return element(
    "li",
    { part: "event" },
    element(
      "div",
      {},
      element("small", {}, WORDS.kinds[event.kind] ?? WORDS.kinds.other),
      element("h3", {}, link(event.url, {}, element("bdi", {}, event.title))),
      element("p", {}, off ? element("s", {}, when) : when),
      off && element("p", { class: "off" }, WORDS.off[event.standing]),
      event.joining.webcast_failed && element("p", { class: "off" }, event.live?.words ?? ""),
      event.joining.note && element("p", {}, element("bdi", {}, event.joining.note)),
      event.place && element("p", {}, element("small", {}, element("bdi", {}, event.place))),
      ...event.presenters.map(({ name, title }) =>
        element("p", {}, element("small", {}, element("bdi", {}, title ? `${name}, ${title}` : name))),
      ),
      event.phase.startsWith("replay") && element("p", {}, element("small", {}, event.replay?.words ?? "")),
    ),
    way(event),
  );
}

function way({ live, replay, title, joining }) {
  const open = live?.state === "open" ? live : replay?.state === "open" ? replay : null;
  if (!open) return null;
  const words = WORDS.ways[open === replay ? "replay" : joining.webcast_failed ? "failed" : "live"];
  return link(open.url, { class: "way", part: "way", "aria-label": `${words}: ${title}` }, words);
}

if (!customElements.get("investor-events")) customElements.define("investor-events", InvestorEvents);
