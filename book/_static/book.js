/* Opens a fragment where it is referred to, and makes what scrolls reachable by keyboard.
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

/* A box that scrolls takes part in the order of the Tab key; one that does not stays out. */
function makeReachable(box) {
  if (box.scrollWidth > box.clientWidth) {
    box.tabIndex = 0;
  } else {
    box.removeAttribute("tabindex");
  }
}

function watchScrollBoxes() {
  const boxes = document.querySelectorAll(".math-scroll, .table-scroll, .bd-article pre");
  const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => makeReachable(target)));
  boxes.forEach((box) => watcher.observe(box));
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".fragment-button").forEach(openHere);
  watchScrollBoxes();
});
