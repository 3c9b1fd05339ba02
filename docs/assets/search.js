/*
 * The search box: opens and closes, shows what was found, and narrows it. What answers is loaded when
 * somebody first turns to the box (search-engines.js), so a page costs nothing that is not searched.
 *
 * The box folds as Material's does, by the checkbox #__search. Everything that is shown is made of
 * text nodes: neither a query nor a record can become HTML.
 */
(() => {
  const FIRST = 10; // results that are shown at once
  const MORE = 20; // and how many more each time
  const PAUSE = 120; // milliseconds without a key before the query is asked
  const PARAMETER = "q";
  const HINT = "Words, the id of a record, the number of an incident, a name";

  const box = document.querySelector("[data-search]");
  const toggle = document.getElementById("__search");
  if (!box || !toggle) return;

  const form = box.querySelector("form");
  const input = form.querySelector("input");
  const panel = box.querySelector(".md-search__output");
  const said = box.querySelector("[role=status]");
  const list = box.querySelector("ol");
  const more = box.querySelector(".db-more");
  const chips = box.querySelector(".db-facets");
  const settings = JSON.parse(document.getElementById("__config").textContent);
  const base = new URL(settings.base.replace(/\/?$/, "/"), location);
  const here = document.currentScript.src;

  let engine; // a promise of what answers, once somebody has turned to the box
  let asked = ""; // the query whose answer is awaited or shown
  let found = null; // what was found, and how much of it is shown
  let chosen = []; // for each facet the values that are chosen
  let opening = false; // whether Enter was pressed before the answer came
  let timer;

  // --- opening and closing ------------------------------------------------------------------------

  function show() {
    if (!toggle.checked) toggle.click(); // Material listens to the click
    prepare().catch(tell);
    if (!input.value.trim()) say(HINT);
  }

  function hide() {
    if (toggle.checked) toggle.click();
    box.contains(document.activeElement) && document.activeElement.blur();
  }

  toggle.addEventListener("change", () => {
    panel.inert = !toggle.checked;
    if (toggle.checked) input.focus();
    else share("");
  });
  panel.inert = true;
  input.addEventListener("focus", show);
  box.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !box.contains(relatedTarget)) hide();
  });

  // --- asking -------------------------------------------------------------------------------------

  function prepare() {
    if (location.protocol === "file:") {
      return Promise.reject(new Error("a browser lets no page read files beside it; open the site from a server"));
    }
    engine ??= import(new URL("search-engines.js", here))
      .then(({ open }) => open(base, new URL(settings.search, location)))
      .catch((error) => {
        engine = undefined; // the next key tries again
        throw error;
      });
    return engine;
  }

  async function ask(query) {
    if (query === asked) return;
    asked = query;
    found = null;
    if (!query) return clear();
    try {
      const { facets, names, texts } = await prepare();
      const [exact, { pages, partial }] = await Promise.all([names(query), texts(query)]);
      if (query !== asked) return;
      chosen = facets.map((_, index) => chosen[index] ?? new Set());
      found = { facets, exact, pages, partial, shown: FIRST };
      await render();
    } catch (error) {
      if (query !== asked) return;
      asked = "";
      clear();
      tell(error);
    }
  }

  input.addEventListener("input", () => {
    const query = input.value.trim();
    clearTimeout(timer);
    opening = false;
    if (query && !found) say("Searching …");
    engine?.then(({ expect }) => expect(query)).catch(() => {}); // whoever asks will be told
    timer = setTimeout(() => {
      share(query);
      ask(query);
    }, query ? PAUSE : 0);
  });

  form.addEventListener("reset", () => {
    chosen = [];
    share("");
    ask("");
    input.focus();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = input.value.trim();
    clearTimeout(timer);
    opening = true;
    if (query === asked && found) openFirst();
    else ask(query);
  });

  function openFirst() {
    opening = false;
    list.querySelector("a")?.click();
  }

  // --- showing ------------------------------------------------------------------------------------

  function say(text) {
    said.textContent = text;
  }

  function tell(error) {
    say(`Search does not work here: ${error.message}. `);
    const link = make("a", {}, "All postmortems");
    link.href = new URL("postmortems/", base);
    said.append(link, " are in one list.");
  }

  function clear() {
    list.replaceChildren();
    chips.replaceChildren();
    chips.hidden = more.hidden = true;
    say(HINT);
  }

  const fits = (page, but) =>
    chosen.every((values, index) => index === but || !values.size || values.has(page.facets[index]));

  async function render() {
    const now = found;
    const exact = now.exact.filter((page) => fits(page));
    const pages = now.pages.filter((page) => fits(page));
    // A page that is found by its name and by its words is shown once: first, and with the words.
    const wanted = [
      ...exact.slice(0, now.shown).map((page) => ({ ...page, exact: true })),
      ...pages.slice(0, now.shown),
    ];
    const loaded = await Promise.all(wanted.map(async (page) => ({ ...page, ...(await page.load()) })));
    if (now !== found) return;
    const unique = new Map();
    for (const page of loaded) {
      unique.set(page.url, { ...page, exact: page.exact || unique.get(page.url)?.exact });
    }
    list.replaceChildren(...[...unique.values()].map(item));
    const total = Math.max(pages.length, unique.size);
    more.hidden = pages.length <= now.shown && exact.length <= now.shown;
    more.textContent = `Show more of ${total.toLocaleString("en")} pages`;
    say(summary(total, exact.length, now));
    renderFacets(now);
    if (opening) openFirst();
  }

  function summary(total, exact, { partial, pages }) {
    if (!total) {
      return pages.length
        ? "Nothing of what was found is all that is chosen"
        : "Nothing found. Try fewer words, or the name of a data asset, an owner or an incident";
    }
    const count = total === 1 ? "1 page" : `${total.toLocaleString("en")} pages`;
    if (exact) return `${count}, ${exact === 1 ? "one of them" : exact} by that name`;
    return partial ? `No page has all of these words. Near to them: ${count}` : count;
  }

  function item(page) {
    const facts = [page.facets.filter(Boolean).join(" · ")];
    if (page.exact) facts.unshift(make("span", { class: "db-exact" }, "Exact"), " ");
    const link = make("a", { class: "md-search-result__link db-found" }, [
      make("span", { class: "db-found__title" }, marked(page.title)),
      make("span", { class: "db-found__facts" }, facts),
      make("span", { class: "db-found__text" }, marked(page.excerpt)),
    ]);
    link.href = new URL(page.url, base);
    if (page.missing?.length) {
      link.append(make("span", { class: "db-found__missing" }, `Without: ${page.missing.join(", ")}`));
    }
    return make("li", { class: "md-search-result__item" }, [link, ...page.sections.map(section)]);
  }

  function section({ url, title, excerpt }) {
    const link = make("a", { class: "md-search-result__link db-found db-found--section" }, [
      make("span", { class: "db-found__title" }, marked(title)),
      make("span", { class: "db-found__text" }, marked(excerpt)),
    ]);
    link.href = new URL(url, base);
    return link;
  }

  function renderFacets({ facets, pages, exact }) {
    const groups = facets.map(({ label, values }, index) => {
      const counts = new Map();
      const among = pages.length ? pages : exact;
      for (const page of among) {
        const value = page.facets[index];
        if (value && fits(page, index)) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const offered = values.filter((value) => counts.has(value) || chosen[index].has(value));
      if (offered.length < 2 && !chosen[index].size) return null;
      const buttons = offered.map((value) => chip(index, value, counts.get(value) ?? 0));
      return make("div", { class: "db-facets__group", role: "group", "aria-label": label }, [
        make("span", { class: "db-facets__label", "aria-hidden": "true" }, label),
        make("span", { class: "db-facets__values" }, buttons),
      ]);
    });
    const focus = document.activeElement?.dataset?.facet;
    chips.replaceChildren(...groups.filter(Boolean));
    chips.hidden = !chips.children.length;
    if (focus) [...chips.querySelectorAll("button")].find((b) => b.dataset.facet === focus)?.focus();
  }

  function chip(index, value, count) {
    const values = chosen[index];
    const button = make(
      "button",
      { type: "button", class: "db-facet", "aria-pressed": String(values.has(value)), "data-facet": `${index}:${value}` },
      [value, " ", make("span", { class: "db-facet__count" }, count.toLocaleString("en"))],
    );
    button.addEventListener("click", () => {
      if (!values.delete(value)) values.add(value);
      found.shown = FIRST;
      render().catch(tell);
    });
    return button;
  }

  more.addEventListener("click", async () => {
    const shown = list.children.length;
    found.shown += MORE;
    await render().catch(tell);
    list.children[shown]?.querySelector("a").focus();
  });

  function make(name, attributes, content = []) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...[content].flat());
    return element;
  }

  const marked = (parts) => parts.map(([text, found]) => (found ? make("mark", {}, text) : text));

  // --- keys ---------------------------------------------------------------------------------------

  const WRITING = "input:not([type=radio], [type=checkbox]), select, textarea";
  const writes = (element) => element.isContentEditable || element.matches(WRITING);

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (!toggle.checked) {
      if (!["/", "s", "f"].includes(key) || writes(document.activeElement)) return;
      event.preventDefault();
      input.focus();
      input.select();
    } else if (key === "Escape") {
      event.preventDefault();
      hide();
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      const stops = [input, ...list.querySelectorAll("a")];
      const at = Math.max(stops.indexOf(document.activeElement), 0) + (key === "ArrowDown" ? 1 : -1);
      stops.at(at % stops.length).focus();
    } else if (key.length === 1 && key !== " " && box.contains(document.activeElement)) {
      input.focus(); // whoever goes on typing means the query
    }
  });

  // --- the address --------------------------------------------------------------------------------

  /** Keeps the query in the address, so that it can be sent, and the way back leads to the results. */
  function share(query) {
    const url = new URL(location);
    if (query) url.searchParams.set(PARAMETER, query);
    else url.searchParams.delete(PARAMETER);
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  const given = new URL(location).searchParams.get(PARAMETER);
  if (given) {
    // Material closes the box shortly after a page has opened.
    setTimeout(() => {
      input.value = given;
      input.focus();
      ask(given.trim());
    }, 200);
  }
})();
