/*
 * The explorer of all postmortems: facets with counts, a text filter, sorting, keys. It takes the
 * place of the plain table; without it, or without its data, the plain table stays.
 *
 * explorer-index.js knows the records, explorer-parts.js the markup.
 */
"use strict";

(() => {
  const PAGE = 50; // rows shown at once
  const OPENED = ["status", "severity", "owner", "asset", "cause"];
  const LARGEST_FIRST = ["date", "severity", "duration", "actions"]; // at the first click

  const { ExplorerIndex, Selection } = DebriefExplorer;
  const { FacetBox, filled, link, number, part, template } = DebriefParts;
  const root = document.querySelector(".db-explorer");

  const counted = (count, noun) => `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;

  // --- the data ------------------------------------------------------------------------------------

  async function load() {
    if (location.protocol === "file:") {
      root.prepend(part("unserved"));
      return;
    }
    let data;
    try {
      const answer = await fetch(root.dataset.source);
      if (!answer.ok) throw new Error(`the server says ${answer.status}`);
      data = await answer.json();
    } catch (error) {
      root.prepend(part("failed", { why: error.message }));
      return;
    }
    new Explorer(new ExplorerIndex(data)).start();
  }

  // --- the whole -----------------------------------------------------------------------------------

  class Explorer {
    constructor(index) {
      this.index = index;
      this.rows = new Map();
      this.frame = filled(template("frame").children);
      const find = (name) => this.frame.querySelector(name);
      this.panel = find(".db-panel");
      this.panelCount = find(".db-panel__count");
      this.input = find(".db-found__text input");
      this.order = find(".db-found__sort select");
      this.jump = find(".db-found__jump");
      this.chosen = find(".db-found__chosen");
      this.count = find(".db-found__count");
      this.table = find("table");
      this.body = find("tbody");
      this.none = find(".db-found__none");
      this.more = find(".db-found__more");
      this.boxes = index.facets.map((facet) => new FacetBox(facet, (name, code) => this.change((s) => s.toggle(name, code))));
      find(".db-panel__facets").append(...this.boxes.map((box) => box.element));
    }

    start() {
      this.input.addEventListener("input", () => {
        this.change((selection) => { selection.text = this.input.value; }, { typing: true });
      });
      this.input.addEventListener("keydown", (event) => this.onInputKey(event));
      this.order.addEventListener("change", () => this.change((selection) => { selection.sort = this.order.value; }));
      for (const button of this.table.querySelectorAll("thead button")) {
        button.addEventListener("click", () => this.change((selection) => { selection.sort = nextSort(selection.sort, button.dataset.sort); }));
      }
      this.more.addEventListener("click", () => this.showMore());
      document.addEventListener("keydown", (event) => this.onKey(event));
      window.addEventListener("popstate", () => this.read());

      const wide = window.matchMedia("(min-width: 76.25em)");
      const fold = () => { this.panel.open = wide.matches; };
      wide.addEventListener("change", fold);
      fold();

      this.read();
      for (const { element, facet } of this.boxes) {
        element.open = OPENED.includes(facet.name) || this.selection.chosen.has(facet.name);
      }
      root.replaceChildren(this.frame);
      setTimeout(() => this.index.prepare());
    }

    // --- what is chosen, and the address bar ---

    read() {
      this.selection = Selection.read(location.search, this.index.facets);
      this.limit = Math.max(PAGE, Number(history.state?.shown) || 0);
      this.typing = false;
      this.input.value = this.selection.text;
      this.show();
    }

    change(how, { typing = false } = {}) {
      how(this.selection);
      const address = location.pathname + this.selection.query;
      // One entry in the browser's history for a text, and not one for every letter.
      if (typing && this.typing) history.replaceState(null, "", address);
      else if (address !== location.pathname + location.search) history.pushState(null, "", address);
      this.typing = typing;
      this.limit = PAGE;
      if (!typing) this.input.value = this.selection.text;
      this.show();
    }

    clear() {
      this.change((selection) => {
        selection.chosen.clear();
        selection.text = "";
        if (!selection.sortsByKnown) selection.sort = Selection.SORT;
      });
      this.input.focus();
    }

    // --- showing it ---

    show() {
      const { index, selection } = this;
      this.found = index.find(selection);
      for (const box of this.boxes) box.show(this.found.counts[box.facet.place], selection);
      this.showJump();
      this.showChosen();
      this.showOrder();
      this.showRows();
      this.showNone();
      const [found, all] = [this.found.rows.length, index.size];
      this.count.textContent = found === all
        ? counted(all, "postmortem")
        : `${number.format(found)} of ${counted(all, "postmortem")}`;
    }

    showRows() {
      const { rows } = this.found;
      const shown = rows.slice(0, this.limit);
      this.body.replaceChildren(...shown.map((at) => this.row(at)));
      const left = rows.length - shown.length;
      this.more.hidden = left === 0;
      this.more.textContent = `Show ${number.format(Math.min(PAGE, left))} more of ${number.format(left)}`;
      this.table.hidden = rows.length === 0;
    }

    showMore() {
      const first = this.body.rows.length;
      this.limit += PAGE;
      history.replaceState({ shown: this.limit }, ""); // for whoever comes back from a postmortem
      this.showRows();
      this.focusRow(first);
    }

    showOrder() {
      const { sort } = this.selection;
      this.order.value = sort;
      for (const head of this.table.querySelectorAll("thead th")) {
        const key = head.firstElementChild.dataset.sort;
        if (sort === key) head.setAttribute("aria-sort", "ascending");
        else if (sort === `-${key}`) head.setAttribute("aria-sort", "descending");
        else head.removeAttribute("aria-sort");
      }
    }

    showChosen() {
      const { selection } = this;
      const chips = [];
      for (const { name, label } of this.index.facets) {
        for (const code of selection.chosen.get(name) ?? []) {
          const known = this.index.label(name, code);
          const value = known ?? `${code} (no postmortem has it)`;
          chips.push(this.chip(label, value, () => selection.toggle(name, code)));
        }
      }
      if (selection.text.trim()) chips.push(this.chip("Text", selection.text.trim(), () => selection.drop(Selection.TEXT)));
      if (!selection.sortsByKnown) {
        const value = `${selection.sort} (there is no such order)`;
        chips.push(this.chip("Order", value, () => { selection.sort = Selection.SORT; }));
      }
      if (chips.length) {
        const clear = part("clear");
        clear.firstElementChild.addEventListener("click", () => this.clear());
        chips.push(clear);
      }
      this.chosen.replaceChildren(...chips);
      this.chosen.hidden = chips.length === 0;
      const count = [...selection.chosen.values()].reduce((sum, values) => sum + values.size, 0);
      this.panelCount.textContent = count ? `(${count})` : "";
    }

    chip(facet, value, drop) {
      const made = part("chosen", { facet, value });
      made.firstElementChild.addEventListener("click", () => {
        this.change(drop);
        (this.chosen.querySelector("button") ?? this.input).focus();
      });
      return made;
    }

    showJump() {
      const { index } = this;
      const meant = this.meant = index.meant(this.selection.text);
      this.jump.hidden = meant === null || !index.linked;
      if (this.jump.hidden) return;
      const { id, title } = index.records;
      const which = meant.of === 1 ? id[meant.at] : `${id[meant.at]}, the newest of ${number.format(meant.of)}`;
      this.jump.replaceChildren(part("jump", { link: link(title[meant.at], addressOf(id[meant.at])), which }));
    }

    showNone() {
      const { rows, without } = this.found;
      this.none.hidden = rows.length > 0;
      if (rows.length) return;
      const relaxed = [...without].sort(([, a], [, b]) => b - a).map(([name, count]) => {
        const what = name === Selection.TEXT ? `the text “${this.selection.text.trim()}”` : `“${this.index.facet(name).label}”`;
        const made = part("relax", { what, count: number.format(count) });
        made.querySelector("button").addEventListener("click", () => {
          this.change((selection) => selection.drop(name));
          this.input.focus();
        });
        return made;
      });
      const advice = relaxed.length
        ? "Take something away:"
        : "Taking away one thing is not enough: clear all, and choose again.";
      const made = part("none", { advice });
      const clear = part("clear");
      clear.firstElementChild.addEventListener("click", () => this.clear());
      made.querySelector("ul").append(...relaxed);
      made.firstElementChild.append(clear);
      this.none.replaceChildren(made);
    }

    // --- one row ---

    row(at) {
      if (!this.rows.has(at)) this.rows.set(at, this.makeRow(at));
      return this.rows.get(at);
    }

    makeRow(at) {
      const { records, words, linked } = this.index;
      const id = records.id[at];
      const word = (column) => words[column][records[column][at]];
      const chip = (column) => part(word(column) ? `${column}-${word(column)[0]}` : "unknown");
      const made = filled(template("row").children, {
        day: records.restricted[at] ? part("restricted") : this.day(id),
        name: this.name(at, linked ? addressOf(id) : ""),
        severity: chip("severity"),
        status: chip("status"),
        owner: this.owner(word("owner")),
        duration: word("duration")?.[1] ?? part("unknown"),
        actions: this.actions(word("actions")),
      }).firstElementChild;
      made.dataset.record = id;
      return made;
    }

    day(id) {
      const [year, month, day] = id.split("-");
      const made = part("day", { day: `${Number(day)} ${this.index.months[month - 1]} ${year}` });
      made.firstElementChild.setAttribute("datetime", id.slice(0, 10));
      return made;
    }

    name(at, address) {
      const { records, words } = this.index;
      const made = document.createDocumentFragment();
      made.append(link(records.title[at], address));
      const assets = records.asset[at].map((value) => words.asset[value][1]);
      if (assets.length) made.append(part("assets", { assets: assets.join(", ") }));
      const [code, source] = words.source?.[records.source[at]] ?? ["-"];
      if (code !== "-") made.append(part("assets", { assets: `From ${source}` }));
      return made;
    }

    owner(known) {
      if (!known) return part("not-given");
      const [, name, address, hasLeft] = known;
      const made = document.createDocumentFragment();
      made.append(link(name, address), hasLeft ? part("left") : "");
      return made;
    }

    actions([open, text, late]) {
      if (!open) return part("settled", { text });
      return late ? part("late", { text, late }) : text;
    }

    // --- keys ---

    onInputKey(event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") this.focusRow(0);
      else if (event.key === "Enter") this.open();
      else return;
      event.preventDefault();
    }

    /** Open what is meant, or the only one that is left; else go to the rows. */
    open() {
      const { rows } = this.found;
      const at = this.meant?.at ?? (rows.length === 1 ? rows[0] : null);
      if (at !== null && this.index.linked) location.href = addressOf(this.index.records.id[at]);
      else this.focusRow(0);
    }

    onKey(event) {
      const { key, target } = event;
      const isPlain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey;
      const isTyping = target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .md-search, dialog");
      if (!isPlain || isTyping) return;
      const row = target.closest("tr[data-record]");
      const here = row ? [...this.body.rows].indexOf(row) : -1;
      if (key === "q") this.input.select();
      else if (key === "j" || (key === "ArrowDown" && row)) this.goTo(here + 1);
      else if (key === "k" || (key === "ArrowUp" && row)) this.goTo(Math.max(here - 1, 0));
      else return;
      event.preventDefault();
    }

    goTo(place) {
      if (place >= this.body.rows.length && !this.more.hidden) this.showMore();
      else this.focusRow(place);
    }

    focusRow(place) {
      this.body.rows[place]?.querySelector("a")?.focus();
    }
  }

  const addressOf = (id) => `${id.slice(0, 4)}/${id}/`;

  /** The order after a click on a column's head: the way that one wants first, then the other. */
  function nextSort(sort, key) {
    const first = LARGEST_FIRST.includes(key) ? `-${key}` : key;
    const second = LARGEST_FIRST.includes(key) ? key : `-${key}`;
    return sort === first ? second : first;
  }

  load();
})();
