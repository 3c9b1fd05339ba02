/*
 * What the explorer of postmortems is put together from: copies of the parts that stand in
 * hooks/templates/explorer.html, and one facet with its values and counts.
 *
 * Values of records become text nodes, and never markup.
 */
"use strict";

const DebriefParts = (() => {
  const FEW = 7; // values of a facet shown at once
  const MANY = 12; // with more values than these, a facet can be searched
  const FIXED_ORDER = ["status", "severity", "year"]; // not by how many there are

  const { wordsOf } = DebriefExplorer;
  const number = new Intl.NumberFormat("en-GB");

  // --- parts ---------------------------------------------------------------------------------------

  const template = (name) => document.getElementById(`explorer-${name}`).content;
  const parts = new Map(
    [...template("parts").children].map((wrapper) => [wrapper.dataset.part, wrapper]),
  );

  /** A copy of nodes, with {words} replaced by texts or nodes. What was put in is not looked at again. */
  function filled(nodes, values) {
    const made = document.createDocumentFragment();
    for (const node of nodes) made.append(document.importNode(node, true));
    if (!values) return made;
    const walker = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.includes("{")) texts.push(walker.currentNode);
    for (const text of texts) {
      const pieces = text.data.split(/\{(\w+)\}/);
      text.replaceWith(...pieces.map((piece, at) => (at % 2 ? values[piece] : piece)));
    }
    return made;
  }

  const part = (name, values) => filled(parts.get(name).childNodes, values);

  function link(text, address) {
    if (!address) return document.createTextNode(text);
    const made = part("link", { text });
    made.querySelector("a").setAttribute("href", address);
    return made;
  }

  // --- one facet -----------------------------------------------------------------------------------

  class FacetBox {
    constructor(facet, choose) {
      this.facet = facet;
      this.choose = choose;
      this.items = new Map();
      this.limit = FEW;
      const values = { label: facet.label };
      this.element = filled(template("facet").children, values).firstElementChild;
      this.list = this.element.querySelector("ul");
      this.more = this.element.querySelector(".db-facet__more");
      this.nothing = this.element.querySelector(".db-facet__nothing");
      this.search = this.element.querySelector("input");
      this.search.placeholder = `Find one of ${number.format(facet.values.length)}`;
      this.search.parentElement.hidden = facet.values.length <= MANY;
      this.search.addEventListener("input", () => this.showAgain());
      this.more.addEventListener("click", () => {
        this.limit += 50;
        this.showAgain();
        this.items.get(this.shown[this.limit - 50])?.input.focus();
      });
    }

    showAgain() {
      this.show(this.counts, this.selection);
    }

    show(counts, selection) {
      this.counts = counts;
      this.selection = selection;
      const { facet } = this;
      const isChosen = (value) => selection.has(facet.name, facet.values[value].code);
      const found = this.candidates(isChosen);
      const limit = found.length > this.limit + 2 ? this.limit : found.length; // no button for two
      this.shown = found.filter((value, at) => at < limit || isChosen(value));
      for (const value of this.shown) {
        const item = this.item(value);
        item.input.checked = isChosen(value);
        item.count.textContent = number.format(counts[value]);
        item.element.classList.toggle("db-facet__value--none", counts[value] === 0);
      }
      const elements = this.shown.map((value) => this.item(value).element);
      // Untouched where nothing moved: an element that is moved loses the focus.
      if (elements.some((one, at) => this.list.children[at] !== one) || this.list.children.length > elements.length) {
        this.list.replaceChildren(...elements);
      }
      this.nothing.hidden = found.length > 0;
      const left = found.length - this.shown.length;
      this.more.hidden = left === 0;
      this.more.textContent = `${number.format(left)} more`;
    }

    /** The values to offer, as numbers. */
    candidates(isChosen) {
      const { facet, counts } = this;
      const words = wordsOf(this.search.value);
      const found = [];
      facet.values.forEach((value, at) => {
        const matches = words.every((word) => value.folded.includes(word));
        const isOffered = words.length || counts[at] || FIXED_ORDER.includes(facet.name);
        if (matches && (isOffered || isChosen(at))) found.push(at);
      });
      return FIXED_ORDER.includes(facet.name) ? found : found.sort((a, b) => counts[b] - counts[a] || a - b);
    }

    item(value) {
      if (!this.items.has(value)) {
        const { code, label } = this.facet.values[value];
        const count = document.createTextNode("");
        const element = part("value", { label, count }).firstElementChild;
        const input = element.querySelector("input");
        input.addEventListener("change", () => this.choose(this.facet.name, code));
        this.items.set(value, { element, input, count });
      }
      return this.items.get(value);
    }
  }

  return { FacetBox, filled, link, number, part, template };
})();
