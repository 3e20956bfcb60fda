/* What the explorables share on a page. An explorable is three functions: `initial` makes its state, `view` writes
   the HTML of a state, `act` changes the state. The build calls `view` once, so the page holds the first picture
   before any script runs; here the picture follows the reader's hand. */
"use strict";

/** @type {Record<string, Explorable>} */
const explorables = {};

/** @type {Kit} */
const kit = {
  /* -- what a view is made of: strings of HTML -- */

  /** A number as a reader reads it. */
  num(v, digits = 2) {
    const text = v.toFixed(digits);
    return (Number(text) ? text : (0).toFixed(digits)).replace("-", "−");
  },

  /** A power of ten. */
  tens: (exponent) => `10${[...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("")}`,

  /** A number with two digits and its power of ten. */
  power(v) {
    const [digits, exponent] = v.toExponential(1).split("e");
    return v ? `${digits.replace("-", "−")}·${kit.tens(Number(exponent))}` : "0";
  },

  esc: (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`),

  /** A letter with its index. */
  sym: (letter, index, top = "") => `<i>${letter}</i><sub>${index}</sub>${top && `<sup>${top}</sup>`}`,
  /** The same in a drawing. */
  drawn: (letter, index, top = "") => `<tspan>${letter}</tspan><tspan class="ex-small" dy="3">${index}</tspan>${top && `<tspan class="ex-small" dy="-9">${top}</tspan>`}`,

  /** The colour of a number: its sign, and its size in relation to `limit`. */
  tint: (v, limit) => `class="${v < 0 ? "minus" : "plus"}" style="--v:${Math.min(1, Math.abs(v) / (limit || 1)).toFixed(2)}"`,
  rows: (A) => A.map((row) => [row].flat()),

  /** A matrix as colours with numbers. */
  matrix(A, { label, limit, digits = 2, pick = "", picked = "" }) {
    const rows = kit.rows(A), cells = rows.flatMap((row, i) => row.map((v, j) => {
      const place = `${i},${j}`, said = kit.num(v, digits), look = kit.tint(v, limit);
      const name = `aria-label="${label}, row ${i + 1}, column ${j + 1}: ${said}" aria-pressed="${place === picked}" ${look}`;
      return pick ? kit.button(pick, said, place, name) : `<span ${look}>${said}</span>`;
    }));
    return `<span class="ex-matrix" role="group" aria-label="${label}" style="--n:${rows[0].length}">${cells.join("")}</span>`;
  },

  slider: (key, name, value, min, max, step, said) => `<label class="ex-slider"><span>${name}</span><input type="range" data-set="${key}" min="${min}" max="${max}" step="${step}" value="${value}" aria-valuetext="${said}"><span>${said}</span></label>`,

  /** Radio buttons in a row. */
  choice(key, name, options, value) {
    const radios = options.map(([each, said]) => `<label><input type="radio" name="ex-${key}" data-set="${key}" value="${each}"${each === value ? " checked" : ""}><span>${said}</span></label>`);
    return `<fieldset class="ex-choice"><legend>${name}</legend>${radios.join("")}</fieldset>`;
  },

  select(key, name, options, value) {
    const all = options.map(([each, said]) => `<option value="${each}"${each === value ? " selected" : ""}>${said}</option>`);
    return `<label class="ex-select">${name} <select data-set="${key}">${all.join("")}</select></label>`;
  },

  button: (key, said, value = "", more = "") => `<button type="button" data-do="${key}" data-value="${value}" ${more}>${said}</button>`,

  /** The lines of a plot: their look, and their name. */
  key: (lines) => `<span class="ex-key">${lines.map(([look, name]) => `<span class="${look.split(" ")[0]}">${/dashed/.test(look) ? "- -" : /dotted/.test(look) ? "···" : "—"} ${name}</span>`).join(" ")}</span>`,

  /** The outcome, said aloud too. */
  verdict: (right, html) => `<p class="ex-verdict ${right ? "right" : "wrong"}" aria-live="polite">${html}</p>`,

  /** The straight line between two nodes, their radii left out, and its head. */
  line([x1, y1], [x2, y2]) {
    const long = Math.hypot(x2 - x1, y2 - y1), at = (/** @type {number} */ d) => [x1 + ((x2 - x1) * d) / long, y1 + ((y2 - y1) * d) / long].map((v) => v.toFixed(1)).join(" ");
    const turn = ((Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI).toFixed(1);
    return { path: `M${at(15)}L${at(long - 21)}`, head: `<path class="ex-head" d="M-9-4.5 0 0-9 4.5z" transform="translate(${at(long - 15)}) rotate(${turn})"/>` };
  },

  /** Lines over an axis. */
  plot({ w, h, x, y, left = 34, label, xs, ys, xname, yname, lines, more = "" }) {
    const low = Math.min(...y), high = Math.max(...y), X = (/** @type {number} */ v) => (left + ((v - x[0]) / (x[1] - x[0])) * (w - left - 8)).toFixed(1);
    const Y = (/** @type {number} */ v) => (h - 30 - ((Math.max(low, Math.min(high, v)) - y[0]) / (y[1] - y[0])) * (h - 54)).toFixed(1);
    const ticks = xs.map(([v, said]) => `<path class="ex-grid" d="M${X(v)} 24V${h - 30}"/><text x="${X(v)}" y="${h - 17}" text-anchor="middle">${said}</text>`);
    ticks.push(...ys.map(([v, said]) => `<path class="ex-grid" d="M${left} ${Y(v)}H${w - 8}"/><text x="${left - 4}" y="${Y(v)}" dy="${v > low ? 3.5 : 0}" text-anchor="end">${said}</text>`));
    const paths = lines.map((line) => `<path class="ex-line ${line.class}" d="M${line.points.map(([a, b]) => `${X(a)} ${Y(b)}`).join("L")}"/>`);
    const names = `<text x="${w - 8}" y="${h - 4}" text-anchor="end">${xname}</text><text x="2" y="11">${yname}</text>`;
    const rest = more.replace(/@([xy])\(([^)]+)\)/g, (_, axis, v) => (axis === "x" ? X : Y)(Number(v)));
    return `<svg class="ex-plot" viewBox="0 0 ${w} ${h}" role="img" aria-label="${kit.esc(label)}">${ticks.join("")}${paths.join("")}${names}${rest}</svg>`;
  },

  /* -- on a page -- */

  /** Make `old` what `fresh` is, and leave alone what is the same, for the focus and for a drag, or is to be kept. */
  follow(old, fresh) {
    if (old.nodeName !== fresh.nodeName) old.replaceWith(fresh);
    else if (!(old instanceof Element && fresh instanceof Element)) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    } else if (!old.hasAttribute("data-keep")) {
      for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "tabindex" && name !== "open") old.removeAttribute(name);
      for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      if (old instanceof HTMLInputElement && fresh instanceof HTMLInputElement) {
        old.checked = fresh.checked;
        if (old.value !== fresh.value) old.value = fresh.value;
      }
      if (old instanceof HTMLOptionElement) old.selected = fresh.hasAttribute("selected");
      const [mine, yours] = [[...old.childNodes], [...fresh.childNodes]];
      yours.forEach((child, i) => (i < mine.length ? kit.follow(mine[i], child) : old.append(child)));
      mine.slice(yours.length).forEach((child) => child.remove());
    }
  },

  /** In a group one thing takes part in the order of the Tab key; arrow keys lead to the others. */
  rove: (box) => box.querySelectorAll("[data-roving]").forEach((group) => {
    const items = [...group.querySelectorAll("[data-do]")];
    const at = items.find((item) => item === document.activeElement) ?? group.querySelector("[tabindex='0']") ?? items[0];
    items.forEach((item) => item.setAttribute("tabindex", item === at ? "0" : "-1"));
  }),

  /** Let each explorable of this name, which the page holds, answer. */
  start: (name) => globalThis.document?.querySelectorAll(`[data-explorable="${name}"]`).forEach((found) => {
    const box = /** @type {HTMLElement} */ (found), given = JSON.parse(box.dataset.given ?? "null"), it = explorables[name];
    let state = it.initial(given);
    const draw = () => {
      const fresh = /** @type {HTMLElement} */ (box.cloneNode());
      fresh.innerHTML = it.view(state, given);
      kit.follow(box, fresh);
      kit.rove(box);
    };
    /** @type {(key: string, value: any) => void} */
    const act = (key, value) => {
      if (key === "reset") state = it.initial(given, state);
      else if (it.act) it.act(state, key, value, given);
      else state[key] = value;
      draw();
    };
    const pressed = (/** @type {Event} */ { target }) => {
      const at = target instanceof Element && target.closest("[data-do]:not([aria-disabled=true])");
      if (at) act(at.getAttribute("data-do") ?? "", at.getAttribute("data-value") ?? "");
    };
    box.addEventListener("click", pressed);
    box.addEventListener("input", ({ target }) => {
      const { dataset, type, checked, value } = /** @type {HTMLInputElement} */ (target), worded = value === "" || Number.isNaN(Number(value));
      if (dataset.set) act(dataset.set, type === "checkbox" ? checked : worded ? value : Number(value));
    });
    box.addEventListener("keydown", (event) => {
      const at = event.target instanceof Element ? event.target : box, group = at.closest("[data-roving]");
      if ((event.key === " " || event.key === "Enter") && at instanceof SVGElement) {
        event.preventDefault();
        pressed(event);
      } else if (group && /^(Arrow|Home|End)/.test(event.key)) {
        event.preventDefault();
        const items = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-do]:not([aria-disabled=true])")]);
        const by = /Right|Down/.test(event.key) ? 1 : -1;
        items.at(/Arrow/.test(event.key) ? (items.findIndex((item) => item === at) + by) % items.length : event.key === "Home" ? 0 : -1)?.focus();
        kit.rove(box);
      }
    });
    kit.rove(box);
    box.inert = false;
    it.begin?.(box, (change) => {
      change(state);
      draw();
    }, given);
  }),
};
