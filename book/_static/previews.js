/* Pointing at a reference, or reaching it by keyboard, shows what it refers to.
   The text of another page comes from that page's extracts; see web/search.py. */
"use strict";

const SHOWN = ".math-display, .cell, figure, .admonition, .citation";
let preview, shownFor, timer;

function loadExtracts(page) {
  window.extracts ??= {};
  const name = page.slice(new URL(document.documentElement.dataset.content_root, location).pathname.length).replace(/\.html$/, "");
  if (window.extracts[name]) return Promise.resolve(window.extracts[name]);
  return new Promise((found) => {
    const script = document.createElement("script");
    script.src = page.replace(/\.html$/, ".extracts.js");
    script.onload = () => found(window.extracts[name]);
    script.onerror = () => found(undefined);
    document.head.append(script);
  });
}

/* The HTML of what a link refers to, or nothing if there is not a single thing to show. */
async function target(link) {
  const id = decodeURIComponent(link.hash.slice(1));
  if (link.pathname === location.pathname) {
    const node = document.getElementById(id);
    return node?.matches(SHOWN) && !node.contains(link) ? node.outerHTML : undefined;
  }
  return (await loadExtracts(link.pathname))?.[id];
}

function hide() {
  clearTimeout(timer);
  preview?.remove();
  shownFor?.removeAttribute("aria-describedby");
  preview = shownFor = undefined;
}

function place(link) {
  const line = link.getClientRects()[0];
  const left = Math.min(line.left, innerWidth - preview.offsetWidth - 16);
  const below = line.bottom + preview.offsetHeight + 8 < innerHeight || line.top < preview.offsetHeight + 8;
  preview.style.left = `${scrollX + Math.max(left, 16)}px`;
  preview.style.top = `${scrollY + (below ? line.bottom + 4 : line.top - preview.offsetHeight - 4)}px`;
}

async function show(link) {
  const html = await target(link);
  if (!html || (!link.matches(":hover") && document.activeElement !== link)) return;
  hide();
  preview = document.createElement("div");
  Object.assign(preview, { id: "preview", className: "preview bd-article", role: "tooltip", innerHTML: html });
  preview.querySelectorAll("[id]").forEach((node) => node.removeAttribute("id"));
  preview.querySelectorAll(".headerlink, .copybtn, button").forEach((node) => node.remove());
  [...preview.children].forEach((child) => (child.inert = true)); // it is looked at; the link leads there
  document.body.append(preview);
  place(link);
  link.setAttribute("aria-describedby", "preview");
  shownFor = link;
  preview.addEventListener("mouseenter", () => clearTimeout(timer));
  preview.addEventListener("mouseleave", hideSoon);
}

function soon(action) {
  clearTimeout(timer);
  timer = setTimeout(action, 200);
}
function hideSoon() {
  soon(hide);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll('article a[href*="#"]:not(.headerlink)').forEach((link) => {
    if (link.origin !== location.origin || link.hash.length < 2) return;
    link.addEventListener("mouseenter", () => soon(() => show(link)));
    link.addEventListener("focus", () => soon(() => show(link)));
    link.addEventListener("mouseleave", hideSoon);
    link.addEventListener("blur", hideSoon);
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
});
