/* The search: the pages, fragments and functions that hold what was sought, the nearest first.
   It looks for words as they stand in the texts of the pages, formulas in plain letters; see web/search.py. */
"use strict";

const AROUND = 220; // letters of an excerpt
const ENDINGS = [/(?<=([^aeiouls]))\1(?:ings?|ed|er)$/, /(?:ings?|ied|ies|ed|es|e|ly|s|y)$/]; // as in clipped; in clips

function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/* What finds a word in a text, all its forms too; a sign or a number only as it is. */
function finder(word) {
  const letters = /^\p{L}{4,}$/u.test(word);
  const ending = ENDINGS.find((each) => each.test(word));
  const stem = letters ? word.replace(ending ?? "", "") : "";
  if (stem.length >= 3) return `(?<![\\p{L}\\p{N}])${stem}\\p{L}*`;
  const [before, after] = /\d/.test(word) ? ["(?<![\\p{L}\\p{N}.])", "(?![\\p{L}\\p{N}]|\\.\\p{N})"] : ["(?<![\\p{L}\\p{N}])", "(?![\\p{L}\\p{N}])"];
  return before + literally(word) + after;
}

function count(text, pattern) {
  return (text.match(new RegExp(pattern, "giu")) ?? []).length;
}

/* How near a page is to what was sought: 0 if it holds none of the words. */
function nearness({ title, headings, terms, text }, sought, finders, rarities) {
  const found = finders.map((pattern) => count(text, pattern) + count(title, pattern));
  if (!found.some(Boolean)) return 0;
  const total = rarities.reduce((sum, rarity) => sum + rarity, 0);
  const all = (words) => finders.every((pattern) => count(words, pattern));
  const inTitle = rarities.filter((_, at) => count(title, finders[at])).reduce((sum, rarity) => sum + rarity, 0) / total;
  const words = found.reduce((sum, times, at) => sum + rarities[at] * Math.log2(1 + times), 0);
  const phrase = finders.length > 1 ? 10 * Math.log2(1 + count(text, finders.join("\\s+"))) : 0;
  return words + phrase + 100 * inTitle + (all(title) ? 2000 : 0) + (found.every(Boolean) ? 1000 : 0)
    + (headings.some(all) ? 60 : 0) + (terms.some((term) => term.toLowerCase() === sought) ? 120 : 0);
}

/* Returns what was found, the nearest first: {label, note, page, anchor}, and for a page its text. */
/* A query without the brackets of a fragment's name, its words a space apart. */
function plain(query) {
  return query.toLowerCase().replace(/[⟨⟩<>]/g, " ").trim().replace(/\s+/g, " ");
}

function search({ pages, things }, query) {
  const sought = plain(query);
  const words = sought.split(" ").filter(Boolean);
  if (!words.length) return [];
  const finders = words.map(finder);
  const rarities = finders.map((pattern) => Math.log(1 + pages.length / (1 + pages.filter(({ text }) => count(text, pattern)).length)));
  const found = pages.map((page) => ({ label: page.title, page: page.page, anchor: "", text: page.text, score: nearness(page, sought, finders, rarities) }));
  for (const [label, kind, where, page, anchor] of things) {
    const name = label.toLowerCase();
    const whole = name === sought || (kind !== "fragment" && name === sought.replace(/\(\)$/, ""));
    if (whole || finders.every((pattern) => count(name, pattern)))
      found.push({ label: kind === "fragment" ? `⟨${label}⟩` : label, note: `${kind}, ${where}`, page, anchor, score: whole ? 9000 : 1500 });
  }
  return found.filter(({ score }) => score > 0).sort((one, other) => other.score - one.score);
}

/* Where in a text most of the words stand together; the whole phrase goes before. */
function bestPlace(text, finders) {
  const phrase = new RegExp(finders.join("\\s+"), "iu").exec(text);
  if (phrase) return phrase;
  let best, most = 0;
  for (const match of text.matchAll(new RegExp(finders.join("|"), "giu"))) {
    const around = text.slice(Math.max(0, match.index - AROUND / 2), match.index + AROUND / 2);
    const held = finders.filter((pattern) => count(around, pattern)).length;
    if (held > most) [best, most] = [match, held];
    if (most === finders.length) break;
  }
  return best;
}

/* The part of a text that holds most of the words, as pieces: [text, is it a word that was sought?]. */
function excerpt(text, query) {
  const finders = plain(query).split(" ").filter(Boolean).map(finder);
  const first = bestPlace(text, finders);
  if (!first) return [];
  const start = Math.max(0, first.index - AROUND / 2);
  const end = first.index + first[0].length + AROUND / 2;
  const head = text.slice(start, first.index);
  const tail = text.slice(first.index + first[0].length, end);
  const part = (start ? head.replace(/^\S*\s/, "… ") : head) + first[0] + (end < text.length ? tail.replace(/\s\S*$/, " …") : tail);
  return part.split(new RegExp(`(${finders.join("|")})`, "giu")).map((piece, at) => [piece, at % 2 === 1]);
}

function shown({ label, note, page, anchor, text }, query) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const address = `${document.documentElement.dataset.content_root}${page}.html`;
  link.href = anchor ? `${address}#${anchor}` : `${address}?highlight=${encodeURIComponent(query)}`;
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

function answer(query) {
  const results = search(window.book, query);
  const summary = document.createElement("p");
  summary.className = "search-summary";
  summary.textContent = results.length
    ? `${results.length} ${results.length === 1 ? "place holds" : "places hold"} what you sought.`
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
