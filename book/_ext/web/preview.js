// Reloads the page when the book was built again, and shows what is wrong while something is.
"use strict";

const box = document.createElement("pre");
box.id = "preview-fault";
box.setAttribute("role", "alert");
Object.assign(box.style, {
  position: "fixed", inset: "auto 0 0 0", zIndex: "9999", maxHeight: "45vh", overflow: "auto",
  margin: "0", padding: "1rem 1.25rem", borderTop: "4px solid #b3261e",
  background: "#fff4f2", color: "#3b0a06", font: "0.85rem/1.5 monospace", whiteSpace: "pre-wrap",
});

let seen;
new EventSource("/preview/events").onmessage = (event) => {
  const { builds, fault } = JSON.parse(event.data);
  if (seen !== undefined && builds !== seen) location.reload();
  seen = builds;
  box.textContent = fault;
  if (fault) document.body.append(box);
  else box.remove();
};
