/* Opens a fragment where it is referred to, makes what scrolls reachable by keyboard, and a grid one stop, minds the menus.
   Without this script a reference is still a link to its fragment. */
"use strict";

function openHere(button) {
  const body = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    body.hidden = !open;
  });
}

/* A box that scrolls takes part in the order of the Tab key and says so; one that does not stays out.
   All are measured before any is changed: else the browser would lay the page out again for each. */
function makeReachable(boxes) {
  const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1); // a pixel is rounding
  boxes.forEach((box, at) => {
    if (wide[at]) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.ariaLabel = `${box.matches("pre") ? "Code" : box.matches(".math-scroll") ? "Formula" : box.matches(".cell_output") ? "Plot" : "Table"}: scrolls sideways`;
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  });
}

function watchScrollBoxes() {
  const boxes = [...document.querySelectorAll(".math-scroll, .table-scroll, .pst-scrollable-table-container, .bd-article pre, .bd-article .cell_output")];
  const watcher = new ResizeObserver((entries) => makeReachable(entries.map(({ target }) => target)));
  boxes.forEach((box) => watcher.observe(box));
  document.fonts.addEventListener("loadingdone", () => makeReachable(boxes)); // letters grow, boxes do not
}

/* The menu at the head of a page closes as menus do, and one of its buttons prints. */
function watchMenus() {
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  document.querySelectorAll(".page-menu").forEach((menu) => {
    document.addEventListener("click", ({ target }) => {
      if (!menu.contains(target)) menu.open = false;
    });
    menu.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  });
}

/* A grid of buttons is one stop of the Tab key; the arrows lead through it. */
function walkByArrows(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("button")]);
  const go = (button) => {
    rows.flat().forEach((each) => (each.tabIndex = each === button ? 0 : -1));
    return button;
  };
  table.setAttribute("role", "grid");
  go(rows[0][0]);
  table.addEventListener("keydown", (event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    const row = rows.findIndex((each) => each.includes(event.target));
    const next = row >= 0 && (down || right) ? rows[row + down]?.[rows[row].indexOf(event.target) + right] : undefined;
    if (!next) return;
    event.preventDefault();
    go(next).focus();
  });
}

/* What a search marked is unmarked by a link to a line of script, which the policy of the page forbids. */
function watchMarks() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".highlight-link a")) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });
}

/* The list of pages shows the page that is open. The theme scrolls to it unless it remembers where the list was;
   on a phone the list opens as a dialog, and is scrolled then. */
function showWhereOneIs() {
  try {
    sessionStorage.removeItem("sidebar-scroll-top");
  } catch {
    // nothing is remembered where nothing may be stored
  }
  document.addEventListener("click", ({ target }) => {
    if (target.closest(".primary-toggle"))
      requestAnimationFrame(() => document.querySelector("dialog[open] .bd-docs-nav li.active")?.scrollIntoView({ block: "center" }));
  }, true); // the theme tells nobody else of it
}

showWhereOneIs();
document.addEventListener("DOMContentLoaded", () => {
  watchMarks();
  document.querySelectorAll(".fragment-button").forEach(openHere);
  document.querySelectorAll(".grid table").forEach(walkByArrows);
  watchScrollBoxes();
  watchMenus();
});
