/* Below each page that the search found, the words around what was sought, formulas in plain letters.
   They come from the page's extracts, which a browser loads from disk too; see pages/extracts.py. */
"use strict";

const AROUND = 110; // letters on either side

function loadText(name) {
  window.extracts ??= {};
  if (window.extracts[name]) return Promise.resolve(window.extracts[name].text);
  return new Promise((found) => {
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}${name}.extracts.js`;
    script.onload = () => found(window.extracts[name].text);
    script.onerror = () => found("");
    document.head.append(script);
  });
}

/* The place in a text with the first of the words, as a paragraph, the word marked. */
function excerpt(text, words) {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = text.match(new RegExp(escaped.join("|"), "i"));
  if (!found) return undefined;
  const end = found.index + found[0].length;
  const before = text.slice(Math.max(0, found.index - AROUND), found.index).replace(/^\S*\s/, "… ");
  const after = text.slice(end, end + AROUND).replace(/\s\S*$/, " …");
  const paragraph = document.createElement("p");
  const mark = document.createElement("mark");
  paragraph.className = "context";
  mark.textContent = found[0];
  paragraph.append(before, mark, after);
  return paragraph;
}

async function explain(item, words) {
  if (item.querySelector(":scope > span")) return; // a function or a fragment: it says where it is
  const name = item.querySelector("a").getAttribute("href").replace(/\.html.*$/, "");
  const paragraph = excerpt(await loadText(name), words);
  if (paragraph) item.append(paragraph);
}

const query = new URLSearchParams(location.search).get("q") ?? "";
const words = query.split(/\s+/).filter(Boolean);
const results = document.getElementById("search-results");
const explained = new Set();
function explainResults() {
  const items = [...results.querySelectorAll("ul.search > li")].filter((item) => !explained.has(item));
  items.forEach((item) => explained.add(item) && explain(item, words));
}
new MutationObserver(explainResults).observe(results, { childList: true, subtree: true });
explainResults(); // some stand there before this script runs
