/*
 * What answers a search: Material's own worker while the index is light, Pagefind past it. The build
 * chose one of them by size (src/debrief/site/search.py) and says which in search/engine.json.
 *
 * A text is handled as parts, [text, marked] each, because both engines mark what they found in HTML;
 * nothing but its words is taken over from that.
 */

const CLIENT = { SETUP: 0, READY: 1, QUERY: 2, RESULT: 3 }; // Material's messages, by their numbers
const EXCERPT = 230; // characters
const SECTIONS = 2; // at most so many places within a page are shown beneath it

/** Loads what is needed to search the site at a URL; `worker` is where Material's worker lies. */
export async function open(base, worker) {
  const { engine, facets, shards } = await json(new URL("search/engine.json", base));
  const names = new Names(base, shards);
  const texts = engine === "pagefind" ? await Pagefind.open(base) : await Light.open(base, worker);
  return {
    facets,
    names: (query) => names.find(query),
    texts: (query) => texts.find(query),
    expect: (query) => texts.expect?.(query), // that it will be asked soon
  };
}

async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname} cannot be read (${answer.status})`);
  return answer.json();
}

// --- Material's own -------------------------------------------------------------------------------

class Light {
  static async open(base, worker) {
    const index = await json(new URL("search/search_index.json", base));
    const light = new Light(new Worker(worker));
    await light.ask(CLIENT.SETUP, { ...index, options: { suggest: false } });
    return light;
  }

  constructor(worker) {
    this.worker = worker;
    this.waiting = []; // answers come in the order of the questions
    worker.onmessage = ({ data }) => this.waiting.shift()?.resolve(data.data);
    worker.onerror = () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error("the index cannot be built"));
    };
  }

  ask(type, data) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage({ type, data });
    });
  }

  /** Pages that have all words; where there are none, those that have some. */
  async find(query) {
    const { items } = await this.ask(CLIENT.QUERY, query);
    const pages = items.map((group) => this.page(group));
    const whole = pages.filter((page) => page.missing.length === 0);
    return { pages: whole.length ? whole : pages, partial: whole.length === 0 };
  }

  page(group) {
    const article = group.find((item) => !item.location.includes("#")) ?? group[0];
    const found = Object.create(null);
    for (const { terms } of group) {
      for (const [term, has] of Object.entries(terms)) found[term] = found[term] || has;
    }
    return {
      facets: article.facets ?? [],
      missing: Object.keys(found).filter((term) => !found[term]),
      load: async () => ({
        url: article.location,
        title: parts(article.title),
        excerpt: around(parts(article.text)),
        sections: group
          .filter((item) => item !== article && item.score > 0)
          .slice(0, SECTIONS)
          .map((item) => ({
            url: item.location,
            title: parts(item.title),
            excerpt: around(parts(item.text)),
          })),
      }),
    };
  }
}

// --- Pagefind -------------------------------------------------------------------------------------

class Pagefind {
  static async open(base) {
    const [pagefind, rows] = await Promise.all([
      import(new URL("search/pagefind/pagefind.js", base)),
      json(new URL("search/facets.json", base)),
    ]);
    await pagefind.init().catch((error) => {
      const why = /WebAssembly/.test(error) ? "the server's policy forbids it what _headers allows" : error;
      throw new Error(`the index cannot be opened: ${why}`);
    });
    return new Pagefind(pagefind, rows);
  }

  constructor(pagefind, rows) {
    this.pagefind = pagefind;
    this.facets = new Map();
    for (const [values, ids] of rows) for (const id of ids.split(" ")) this.facets.set(id, values);
  }

  /** Loads what a query will need, while somebody is still typing it. */
  expect(given) {
    const query = spaced(given);
    return query.length > 2 ? this.pagefind.preload(query) : undefined;
  }

  /** Pages that have all words; where there are none, those that have most of them. */
  async find(given) {
    const query = spaced(given);
    if (!query) return { pages: [], partial: false };
    const whole = await this.results(query);
    const results = whole.length ? whole : await this.nearest(query.split(/\s+/));
    return { pages: results.map((result) => this.page(result, query)), partial: !whole.length };
  }

  /**
   * The results of a query. Of a word that stands nowhere, Pagefind takes the letters that some word
   * begins with, be it one; what is found so is none.
   */
  async results(query) {
    const { results } = await this.pagefind.search(query);
    return results.length && resembles(await results[0].data(), query) ? results : [];
  }

  /** Those that are found by the most of the words. */
  async nearest(words) {
    if (words.length < 2) return [];
    const found = new Map();
    for (const results of await Promise.all(words.map((word) => this.results(word)))) {
      for (const result of results) found.set(result.id, [...(found.get(result.id) ?? []), result]);
    }
    const most = Math.max(...[...found.values()].map((results) => results.length));
    const score = (results) => results.reduce((sum, result) => sum + result.score, 0);
    return [...found.values()]
      .filter((results) => results.length === most)
      .sort((a, b) => score(b) - score(a))
      .map(([result]) => result);
  }

  page(result, query) {
    return {
      facets: this.facets.get(result.id) ?? [],
      load: async () => {
        const data = await result.data();
        const url = data.raw_url.replace(/^\//, "");
        const first = data.sub_results.find((part) => !part.anchor);
        return {
          url,
          title: mark(data.meta.title, query),
          excerpt: first ? excerpt(first, data.content) : around([[data.content, false]]),
          sections: data.sub_results
            .filter((part) => part.anchor)
            .slice(0, SECTIONS)
            .map((part) => ({
              url: `${url}#${part.anchor.id}`,
              title: mark(part.title, query),
              excerpt: excerpt(part, data.content),
            })),
        };
      },
    };
  }
}

/** A query in which the parts of a name are words, as they are in the light index. */
function spaced(query) {
  return query.replace(/[_/:]+|\.(?!\d)/g, " ").trim();
}

/** An excerpt that shows where the text goes on. */
function excerpt(found, content) {
  const before = content.startsWith(found.plain_excerpt) ? "" : "… ";
  return around([[before, false], ...parts(found.excerpt), [" …", false]]);
}

/** Whether a page has the words of a query, in one of their forms. */
function resembles({ content, meta }, query) {
  const plain = (text) => text.normalize("NFD").toLowerCase().replace(/[^\p{L}\p{N}\s]/gu, "");
  const text = plain(`${meta.title} ${content}`).replace(/\s+/g, "");
  const words = plain(query).trim().split(/\s+/);
  return words.every((word) => text.includes(word.slice(0, Math.ceil(word.length * 0.6))));
}

// --- names known exactly --------------------------------------------------------------------------

const DATE = /^\d{4}-\d{2}-\d{2}/;

/**
 * Finds pages by what they are called exactly: an id, an incident's reference, a name; and records by
 * any beginning of their id that has the whole date. The names are spread over small files by a hash.
 */
class Names {
  constructor(base, shards) {
    this.base = base;
    this.shards = shards;
    this.files = new Map();
  }

  async find(query) {
    const name = query.toLowerCase().trim().replace(/\s+/g, " ");
    if (name.length < 2) return [];
    const date = DATE.exec(name)?.[0];
    const place = date ?? name;
    const file = await this.file(fnv1a(place) % this.shards);
    const rows = Object.hasOwn(file, place) ? file[place] : []; // "constructor" is a word too
    return rows
      .filter(([known]) => known === name || (date && known.startsWith(name)))
      .map(([, url, title, facets]) => ({
        facets,
        load: async () => ({ url, title: mark(title, query), excerpt: [], sections: [] }),
      }));
  }

  file(number) {
    if (!this.files.has(number)) {
      this.files.set(number, json(new URL(`search/names/${number}.json`, this.base)));
    }
    return this.files.get(number);
  }
}

/** The 32-bit hash of Fowler, Noll and Vo; src/debrief/site/search.py computes it too. */
function fnv1a(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

// --- text -----------------------------------------------------------------------------------------

/** The words of a piece of HTML; what is parsed like this runs nothing and loads nothing. */
function parts(html) {
  const found = [];
  const walk = (node, marked) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) found.push([child.data.replace(/\s+/g, " "), marked]);
      else walk(child, marked || child.nodeName === "MARK");
      if (/^(P|LI|PRE)$/.test(child.nodeName)) found.push([" ", false]);
    }
  };
  walk(new DOMParser().parseFromString(html, "text/html").body, false);
  return found.filter(([text]) => text);
}

/** A text in which the words that begin as those of the query are marked. */
function mark(text, query) {
  const wanted = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return text
    .split(/([\p{L}\p{N}]+)/u)
    .map((piece) => [piece, wanted.some((word) => piece.toLowerCase().startsWith(word))]);
}

/** The part of a text around the first word that was found, in whole words. */
function around(found) {
  const whole = found.map(([text]) => text).join("");
  if (whole.length <= EXCERPT) return found;
  const first = Math.max(0, found.findIndex(([, marked]) => marked));
  const before = found.slice(0, first).reduce((sum, [text]) => sum + text.length, 0);
  const earliest = Math.max(0, Math.min(before - 60, whole.length - EXCERPT));
  const start = earliest && Math.min(whole.indexOf(" ", earliest) + 1 || before, before);
  const end = Math.max(whole.lastIndexOf(" ", start + EXCERPT), start + 1);
  const kept = [];
  let at = 0;
  for (const [text, marked] of found) {
    kept.push([text.slice(Math.max(start - at, 0), Math.max(end - at, 0)), marked]);
    at += text.length;
  }
  return [[start ? "… " : "", false], ...kept, [end < whole.length ? " …" : "", false]];
}
