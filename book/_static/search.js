/* The search: the pages, fragments and functions that hold what was sought, the nearest first.
   It looks for words as they stand in the texts of the pages, formulas in plain letters; see web/search.py. */
"use strict";

const AROUND = 220; // letters of an excerpt
const ENDINGS = [/(?<=([^aeiouls]))\1(?:ings?|ed|er)$/, /(?:ings?|ied|ies|ed|es|e|ly|s|y)$/]; // as in clipped; in clips
const TWO_WAYS = [["^T", ".T", "⊤"], ["^", "**"], ["-", "−"], ["_", ""]]; // in which the same is written
const LINKING = /^(?:an?|and|as|for|from|in|of|on|the|to|with)$/; // words that tell nothing alone
const GREEK = { delta: "δ", eta: "η", lambda: "λ", mu: "μ", rho: "ρ", theta: "θ" };
const MARKED = { a: "áàâäãå", c: "çćč", e: "éèêëě", i: "íìîï", n: "ñń", o: "óòôöõø", s: "śš", u: "úùûüů", z: "źżž" };

function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/* What finds a sign, a name or a number, however it is written: Waa^T, Waa.T and W_aa⊤; dJ/dWaa and ∂J/∂W_aa. */
function written(word) {
  const name = word.replace(/^(.*\/d?|.*∂)?(\p{L})(?=\p{Ll}{1,2}(?!\p{L}))/u, "$1$2_");
  const pattern = name.replace(/\^T|\.T(?!\p{L})|\*\*|[^]/gu, (piece) => {
    if (word.includes("/") && /[d∂]/.test(piece)) return "[d∂]";
    return `(?:${(TWO_WAYS.find((ways) => ways.includes(piece)) ?? [piece]).map(literally).join("|")})`;
  });
  return GREEK[word] ? `(?:${word}|${GREEK[word]})` : pattern;
}

/* What finds a word in a text, all its forms too; a sign or a number only as it is. */
function finder(word) {
  const bare = word.replace(/[À-öø-ŵź-ž]/g, (letter) => letter.normalize("NFD")[0]);
  const letters = /^(?:\p{L}+-)*\p{L}{4,}$/u.test(bare) && !GREEK[word];
  const ending = ENDINGS.find((each) => each.test(bare));
  const stem = letters ? bare.replace(ending ?? "", "") : "";
  const accents = (text) => text.replace(/\p{L}/gu, (letter) => (MARKED[letter] ? `[${letter}${MARKED[letter]}]` : letter));
  if (stem.length >= 3) return `(?<![\\p{L}\\p{N}])${accents(stem)}\\p{L}*`;
  const [before, after] = /\d/.test(word) ? ["(?<![\\p{L}\\p{N}.])", "(?![\\p{L}\\p{N}]|\\.\\p{N})"] : ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"];
  return before + written(word) + after;
}

/* A query without the brackets of a fragment's name and without quotes, its words a space apart. */
function plain(query) {
  return query.replace(/[⟨⟩<>"“”„«»`]|(?<!\S)['‘’]|['‘’,;?!]+(?!\S)/g, " ").trim().replace(/\s+/g, " ");
}

/* What is sought: the words, what finds each, all together, and any. A sign alone counts only within its phrase;
   a single letter is a symbol, and T is not t. A sign is defined where it stands before "=", as in δ_t = …. */
function seek(query) {
  const all = plain(query).split(" ").filter(Boolean).map((word) => (/^\p{L}{4,}$/u.test(word) ? word.toLowerCase() : word));
  const telling = all.filter((word) => /[\p{L}\p{N}]/u.test(word));
  const words = telling.length ? telling : all;
  const flags = all.length === 1 && [...all[0]].length === 1 ? "gu" : "giu";
  const each = words.map((word) => new RegExp(finder(word), flags));
  const phrase = new RegExp(all.map(finder).join("\\s+"), flags);
  const whole = words.map((word) => new RegExp(`^${finder(word)}$`, flags.slice(1)));
  const sign = words.length === 1 && (GREEK[words[0]] || (/\p{L}/u.test(words[0]) && !/^.\p{Ll}{3,}$/u.test(plain(query))));
  const defined = sign && new RegExp(`(?<![∂/])${finder(words[0])}(?:_\\p{L})? (?:\\+ ?)?=(?!=)`, flags.slice(1));
  return { words, each, whole, phrase, defined, any: new RegExp([phrase, ...each].map(({ source }) => source).join("|"), flags) };
}

function count(text, pattern) {
  return (text.match(pattern) ?? []).length;
}

function sum(numbers) {
  return numbers.reduce((all, each) => all + each, 0);
}

/* How much of what was sought an entry of the index names, from 0 to 1: a part, as "learning rate" of "learning rate too
   large", or the other way round, a part of itself, as "one-hot" of "one-hot column". */
function named(term, whole, rarities) {
  const parts = term.split(/[ ;]+/).filter((part, at, { length }) => length === 1 || !LINKING.test(part));
  const sought = sum(rarities.filter((_, at) => parts.some((part) => whole[at].test(part)))) / sum(rarities);
  const held = parts.filter((part) => whole.some((pattern) => pattern.test(part))).length / parts.length;
  return sought === 1 || held === 1 ? sought * held : 0;
}

/* How near a page is to what was sought: 0 if it holds none of the words. What explains, an entry of the index, a heading,
   the first equation, counts more than mentions, and early more than late; after the last chapter it is half, if no entry is just this. */
function nearness({ page, title, headings, terms, text }, { each, whole, phrase }, name, rarities, { early, chapter, first }) {
  const found = each.map((pattern) => count(text, pattern) + count(title, pattern));
  if (!found.some(Boolean)) return 0;
  const all = (words) => each.every((pattern) => count(words, pattern));
  const inTitle = sum(rarities.filter((_, at) => count(title, each[at]))) / sum(rarities);
  const words = sum(found.map((times, at) => rarities[at] * Math.log2(1 + times)));
  const phrases = each.length > 1 ? 10 * Math.log2(1 + count(text, phrase)) : 0;
  const mentions = words + phrases + (headings.some(all) ? 60 + 10 * early : 0);
  const entry = Math.max(0, ...terms.map((term) => named(term, whole, rarities)));
  return (mentions + 120 * entry) * (chapter || entry === 1 ? 1 : 0.5) + 100 * inTitle + (all(title) || all(page.replace(/[^a-z]/g, " ")) ? 2000 : 0)
    + (found.every(Boolean) ? 1000 : 0) + (first ? 80 + 80 * early : 0)
    + (name.length === 1 && terms.includes(name) ? 2500 : 0);
}

/* Returns what was found, the nearest first: {label, note, page, anchor}, and for a page its text and what to mark in it. */
function search({ pages, things }, query) {
  const sought = seek(query);
  if (!sought.words.length) return [];
  const held = sought.each.map((pattern) => pages.filter(({ text }) => count(text, pattern)).length);
  const rarities = held.map((many) => 0.05 + Math.log((1 + pages.length) / (1 + many)));
  const rare = sought.each.filter((_, at) => held[at] <= (2 / 3) * pages.length);
  const name = plain(query);
  const numbered = ({ title }) => /^\d/.test(title);
  const last = pages.findLastIndex(numbered);
  const first = sought.defined ? pages.findIndex((page) => numbered(page) && sought.defined.test(page.text)) : -1;
  const found = pages.map((page, at) => {
    const place = { early: 1 - at / pages.length, chapter: at <= last, first: at === first };
    return { label: page.title, page: page.page, anchor: "", text: page.text, marks: rare, score: nearness(page, sought, name, rarities, place) };
  });
  for (const [label, kind, where, page, anchor] of things) {
    const names = [label.toLowerCase(), kind === "fragment" ? "" : `${label.toLowerCase()}()`];
    const whole = names.includes(name.toLowerCase());
    if (whole || sought.each.every((pattern) => count(label, pattern)))
      found.push({ label: kind === "fragment" ? `⟨${label}⟩` : label, note: `${kind}, ${where}`, page, anchor, score: whole ? 9000 : 1500 });
  }
  return found.filter(({ score }) => score > 0).sort((one, other) => other.score - one.score);
}

/* How many letters have to be changed, left out, added or exchanged with the next to make one word the other. */
function distance(one, other) {
  const rows = [[...Array(other.length + 1).keys()]];
  for (let i = 1; i <= one.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= other.length; j++) {
      const changed = rows[i - 1][j - 1] + (one[i - 1] !== other[j - 1]);
      const exchanged = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? rows[i - 2][j - 2] + 1 : changed;
      rows[i].push(Math.min(changed, exchanged, rows[i - 1][j] + 1, rows[i][j - 1] + 1));
    }
  }
  return rows[one.length][other.length];
}

/* The word of the book that is nearest to one that no page holds: at most one letter in five is wrong, and two in all. */
function nearest(word, known) {
  let [best, least] = [word, Math.min(2, Math.floor(word.length / 5))];
  for (const [other, times] of known) {
    if (Math.abs(other.length - word.length) > least) continue;
    const far = distance(word, other);
    if (far < least || (far === least && times > (known.get(best) ?? 0))) [best, least] = [other, far];
  }
  return best;
}

/* The query that is answered: each word that no page holds is corrected if then all words stand together somewhere,
   and left out if not, unless nothing is left. */
function corrected({ pages }, query) {
  const given = plain(query).split(" ");
  const held = (word) => pages.some(({ title, text }) => new RegExp(finder(word), "iu").test(`${title} ${text}`));
  const unknown = new Set(given.filter((word) => /^\p{L}{4,}$/u.test(word) && !held(word.toLowerCase())));
  if (!unknown.size) return given.join(" ");
  const known = new Map();
  const learn = (word) => known.set(word, (known.get(word) ?? 0) + 1);
  pages.forEach(({ text }) => text.toLowerCase().match(/(?<![\p{L}\p{N}_])\p{L}{4,}(?![\p{L}\p{N}_])/gu)?.forEach(learn));
  const mended = given.map((word) => (unknown.has(word) ? nearest(word.toLowerCase(), known) : word)).join(" ");
  const sought = seek(mended);
  if (pages.some(({ text }) => bestPlace(text, sought).whole)) return mended;
  return given.filter((word) => !unknown.has(word) && !LINKING.test(word)).join(" ") || given.join(" ");
}

/* Where in a text most of the words stand together, and whether all do; the whole phrase goes before. */
function bestPlace(text, { each, phrase, any }) {
  for (const match of text.matchAll(phrase)) return { match, whole: true };
  let match, most = 0;
  for (const one of text.matchAll(any)) {
    const around = text.slice(Math.max(0, one.index - AROUND / 2), one.index + AROUND / 2);
    const held = each.filter((pattern) => count(around, pattern)).length;
    if (held > most) [match, most] = [one, held];
    if (most === each.length) break;
  }
  return { match, whole: most === each.length };
}

/* The part of a text that holds most of the words, as pieces: [text, is it a word that was sought?]. */
function excerpt(text, query) {
  const sought = seek(query);
  const first = bestPlace(text, sought).match;
  if (!first) return [];
  const start = Math.max(0, first.index - AROUND / 2);
  const end = first.index + first[0].length + AROUND / 2;
  const head = text.slice(start, first.index);
  const tail = text.slice(first.index + first[0].length, end);
  const part = (start ? head.replace(/^(?:.*?[.?!] (?=\p{Lu})|\S*\s)/su, "… ") : head) + first[0] + (end < text.length ? tail.replace(/\s\S*$/, " …") : tail);
  return part.split(new RegExp(`(${sought.any.source})`, sought.any.flags)).map((piece, at) => [piece, at % 2 === 1]);
}

/* What the page that was found marks: the rarer words, in the forms that it holds. It marks parts of words as well,
   so a short one would be everywhere. */
function toMark(text, marks) {
  const forms = new Set(marks.flatMap((pattern) => text.match(pattern) ?? []).map((form) => form.toLowerCase()));
  return [...forms].filter((form) => form.length > 2).join(" ");
}

function shown({ label, note, page, anchor, text, marks }, query) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const address = `${document.documentElement.dataset.content_root}${page}.html`;
  const marked = text && toMark(text, marks);
  link.href = address + (anchor ? `#${anchor}` : marked ? `?highlight=${encodeURIComponent(marked)}` : "");
  link.textContent = label;
  item.append(link);
  if (note) {
    const where = document.createElement("span");
    where.textContent = ` (${note})`;
    item.append(where);
  }
  const pieces = text ? excerpt(text, query) : [];
  if (pieces.length) {
    const paragraph = document.createElement("p");
    paragraph.className = "context";
    for (const [piece, sought] of pieces) {
      const part = sought ? document.createElement("mark") : document.createTextNode("");
      part.textContent = piece;
      paragraph.append(part);
    }
    item.append(paragraph);
  }
  return item;
}

function answer(asked) {
  const query = corrected(window.book, asked);
  const results = search(window.book, query);
  const summary = document.createElement("p");
  summary.className = "search-summary";
  summary.textContent = results.length
    ? `${results.length} ${results.length === 1 ? "place holds" : "places hold"} ${query === plain(asked) ? "what you sought" : `“${query}”; none holds “${plain(asked)}”`}.`
    : "Your search did not match any page. Try a shorter word, or a name of the code.";
  const list = document.createElement("ul");
  list.className = "search";
  list.append(...results.map((result) => shown(result, query)));
  document.getElementById("search-results").replaceChildren(summary, list);
}

if (typeof document !== "undefined") {
  const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
  document.querySelector(".bd-search-container input").value = query;
  if (query) {
    const texts = document.createElement("script"); // of all pages: only one who asks waits for it
    texts.src = `${document.documentElement.dataset.content_root}search-texts.js`;
    texts.onload = () => answer(query);
    texts.onerror = () => (document.getElementById("search-results").textContent = `The texts of the pages are missing: ${texts.src}.`);
    document.head.append(texts);
  }
}
