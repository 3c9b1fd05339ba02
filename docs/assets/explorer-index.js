/*
 * The records behind the explorer of postmortems: which match a selection, how many have each value,
 * in which order, and which one an id means. It knows no page; explorer.js shows what it finds.
 *
 * The data is as src/debrief/site/facets.py describes it.
 */
"use strict";

const DebriefExplorer = (() => {
  /** Text as it is compared: without capitals and accents. */
  const folded = (text) =>
    (PLAIN.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();
  const PLAIN = /^[\x20-\x7e]*$/;

  /** An id, also inside the address or the path of a record. */
  const RECORD_ID = /\d{4}-\d{2}-\d{2}-[a-z0-9][a-z0-9-]*(?:~[a-z0-9-]+)?/;

  const wordsOf = (text) => folded(text).split(/\s+/).filter(Boolean);

  /** Words to look for; the address of a record stands for its id. */
  const soughtIn = (text) => wordsOf(text).map((word) => RECORD_ID.exec(word)?.[0] ?? word);

  /** What is chosen. It stands in the address bar, so that a view can be kept, shared and gone back to. */
  class Selection {
    static SORT = "-date";
    static TEXT = "find"; // not "q": the theme would open its own search with it
    static KEYS = ["date", "title", "severity", "status", "owner", "duration", "actions"];

    constructor(chosen = new Map(), text = "", sort = Selection.SORT) {
      this.chosen = chosen; // values by facet; also such as no record has
      this.text = text;
      this.sort = sort; // a column; with a minus, the largest first
    }

    static read(query, facets) {
      const given = new URLSearchParams(query);
      const chosen = new Map();
      for (const { name } of facets) {
        const values = given.getAll(name).filter(Boolean);
        if (values.length) chosen.set(name, new Set(values));
      }
      return new Selection(chosen, given.get(Selection.TEXT) ?? "", given.get("sort") || Selection.SORT);
    }

    get query() {
      const given = new URLSearchParams();
      for (const [name, values] of this.chosen) {
        for (const value of values) given.append(name, value);
      }
      if (this.text.trim()) given.set(Selection.TEXT, this.text.trim());
      if (this.sort !== Selection.SORT) given.set("sort", this.sort);
      const query = given.toString();
      return query ? `?${query}` : "";
    }

    has(name, value) {
      return this.chosen.get(name)?.has(value) ?? false;
    }

    toggle(name, value) {
      const values = this.chosen.get(name) ?? new Set();
      if (!values.delete(value)) values.add(value);
      if (values.size) this.chosen.set(name, values);
      else this.chosen.delete(name);
    }

    drop(name) {
      if (name === Selection.TEXT) this.text = "";
      else this.chosen.delete(name);
    }

    get sortsByKnown() {
      return Selection.KEYS.includes(this.sort.replace(/^-/, ""));
    }
  }

  class ExplorerIndex {
    constructor(data) {
      this.records = data.records;
      this.words = data.words;
      this.months = data.months;
      this.linked = data.linked;
      this.size = data.records.id.length;
      this.facets = data.facets.map(([name, label], place) => ({
        name,
        label,
        place,
        values: data.words[name].map(([code, text]) => ({ code, label: text, folded: folded(`${text} ${code}`) })),
        numbers: new Map(data.words[name].map(([code], number) => [code, number])),
        column: asLists(data.records[name]),
      }));
      this.ranks = new Map();
    }

    facet(name) {
      return this.facets.find((facet) => facet.name === name);
    }

    /** A value's label; null where no record has the value. */
    label(name, code) {
      const facet = this.facet(name);
      return facet.values[facet.numbers.get(code)]?.label ?? null;
    }

    /**
     * The records that match, and how many would have each value of each facet: every facet is
     * counted under the choices in the others. `without` says how many would match if one facet, or
     * the text, did not count: those are the records that fail on nothing else.
     */
    find(selection) {
      const words = soughtIn(selection.text);
      const active = this.facets.filter(({ name }) => selection.chosen.has(name));
      const wanted = active.map((facet) => wantedIn(facet, selection.chosen.get(facet.name)));
      const counts = this.facets.map(({ values }) => new Uint32Array(values.length));
      const without = new Map();
      const rows = [];
      for (let at = 0; at < this.size; at += 1) {
        let misses = 0;
        let missed = null;
        if (words.length && !this.holds(at, words)) {
          misses = 1;
          missed = Selection.TEXT;
        }
        for (let i = 0; i < active.length && misses < 2; i += 1) {
          if (!active[i].column[at].some((number) => wanted[i][number])) {
            misses += 1;
            missed = active[i].name;
          }
        }
        if (misses > 1) continue;
        if (misses === 0) rows.push(at);
        else without.set(missed, (without.get(missed) ?? 0) + 1);
        for (const facet of this.facets) {
          if (misses === 0 || facet.name === missed) {
            for (const number of facet.column[at]) counts[facet.place][number] += 1;
          }
        }
      }
      return { rows: this.sorted(rows, selection), counts, without };
    }

    /** Make ready what the first text to filter by would otherwise wait for. */
    prepare() {
      this.texts ??= this.records.id.map((_, at) => this.textOf(at));
    }

    /** Whether every word stands somewhere in what a record can be found by. */
    holds(at, words) {
      this.prepare();
      return words.every((word) => this.texts[at].includes(word));
    }

    textOf(at) {
      const { id, title, reference } = this.records;
      const named = ["asset", "owner"].map((name) => {
        const facet = this.facet(name);
        return facet.column[at].map((number) => facet.values[number].folded).join(" ");
      });
      return [id[at], folded(title[at]), folded(reference[at]), ...named].join("\n");
    }

    // --- order ---

    /** Records in the order of a column. What has no value comes last, equals come newest first. */
    sorted(rows, selection) {
      if (!selection.sortsByKnown || selection.sort === Selection.SORT) return rows;
      const ranks = this.ranksBy(selection.sort.replace(/^-/, ""));
      const sign = selection.sort.startsWith("-") ? -1 : 1;
      return rows.sort((one, other) => {
        const [a, b] = [ranks[one], ranks[other]];
        if (a === null || b === null) return (a === null) - (b === null) || one - other;
        return sign * (a - b) || one - other;
      });
    }

    ranksBy(key) {
      if (!this.ranks.has(key)) this.ranks.set(key, this.rank(key));
      return this.ranks.get(key);
    }

    rank(key) {
      const { records, words } = this;
      const known = (column, rank) => column.map((number) => (number < 0 ? null : rank(number)));
      switch (key) {
        case "date":
          return records.id.map((_, at) => -at);
        case "title":
          return alphabetical(records.title);
        case "severity":
          return known(records.severity, (number) => -number); // SEV 1 is the largest
        case "owner": {
          const order = alphabetical(words.owner.map(([, name]) => name));
          return known(records.owner, (number) => order[number]);
        }
        case "actions":
          return records.actions.map((number) => words.actions[number][0]);
        default: // words that the data has in their order
          return known(records[key], (number) => number);
      }
    }

    // --- one record ----------------------------------------------------------------------------------

    /**
     * The record that a text means: by its id, by the reference of its incident, or by how its id
     * begins. Several may begin so: the newest is meant, and `of` says how many there are.
     */
    meant(text) {
      this.references ??= referencesOf(this.records.reference);
      const told = this.references.get(folded(text.trim()));
      if (told) return { at: told[0], of: told.length };
      const [word, another] = soughtIn(text);
      if (another !== undefined || !/^\d{4}/.test(word)) return null;
      const { id } = this.records;
      const exact = id.indexOf(word);
      if (exact >= 0) return { at: exact, of: 1 };
      const beginning = id.flatMap((one, at) => (one.startsWith(word) ? [at] : []));
      return beginning.length ? { at: beginning[0], of: beginning.length } : null;
    }
  }

  /** A column as lists of numbers, whether a record has one value, several or none. */
  function asLists(column) {
    const single = new Map([[-1, []]]); // one list for all records with the same value
    return column.map((entry) => {
      if (Array.isArray(entry)) return entry;
      if (!single.has(entry)) single.set(entry, [entry]);
      return single.get(entry);
    });
  }

  function wantedIn(facet, codes) {
    const wanted = new Uint8Array(facet.values.length);
    for (const code of codes) {
      if (facet.numbers.has(code)) wanted[facet.numbers.get(code)] = 1;
    }
    return wanted;
  }

  /** For each text, its place in the alphabet. */
  function alphabetical(texts) {
    const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const order = texts.map((_, at) => at).sort((one, other) => compare(texts[one], texts[other]));
    const places = new Array(texts.length);
    order.forEach((at, place) => {
      places[at] = place;
    });
    return places;
  }

  /** Records by the reference of their incident: the whole of it, and the number at its end. */
  function referencesOf(references) {
    const found = new Map();
    references.forEach((reference, at) => {
      const whole = folded(reference.trim());
      for (const name of new Set([whole, whole.replace(/\/+$/, "").split("/").pop()])) {
        if (name) found.set(name, [...(found.get(name) ?? []), at]);
      }
    });
    return found;
  }

  return { ExplorerIndex, Selection, wordsOf };
})();
