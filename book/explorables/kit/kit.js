/* What the explorables share on a page. An explorable is three functions: `initial` makes its state, `view` writes
   the HTML of a state, `act` changes the state. The build calls `view` once, so the page holds the first picture
   before any script runs; here the picture follows the reader's hand. */
"use strict";

/** @typedef {any} State a plain object; each explorable knows its own */
/**
 * @typedef {{
 *   initial: (given: any) => State,
 *   view: (state: State, given: any) => string,
 *   act?: (state: State, key: string, value: any, given: any) => void,
 *   begin?: (box: HTMLElement, change: (change: (state: State) => void) => void, given: any) => void,
 * }} Explorable
 */
/** @typedef {{w: number, h: number, x: [number, number], y: [number, number], left?: number, label: string, xs: [number, string][], ys: [number, string][], xname: string, yname: string, lines: {points: [number, number][], class: string}[], more?: string}} Plot */

/** @type {Record<string, Explorable & Record<string, any>>} */
const explorables = {};

const kit = (() => {
  /* -- what a view is made of: strings of HTML -- */

  /** A number as a reader reads it. @param {number} v */
  function num(v, digits = 2) {
    const text = v.toFixed(digits);
    return (Number(text) ? text : (0).toFixed(digits)).replace("-", "\u2212");
  }

  /** A number with three digits and its power of ten, as text. @param {number} v */
  function power(v) {
    if (!v) return "0";
    const [digits, exponent] = v.toExponential(1).split("e");
    return `${digits}\u00b710${[...String(Number(exponent))].map((c) => (c === "-" ? "\u207b" : "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(c)])).join("")}`.replace(/^-/, "\u2212");
  }

  /** @param {string} text */
  const esc = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

  /** A letter with its index. @param {string} letter @param {string | number} index */
  const sym = (letter, index, top = "") => `<i>${letter}</i><sub>${index}</sub>${top && `<sup>${top}</sup>`}`;
  /** The same in a drawing. @param {string} letter @param {string | number} index */
  const drawn = (letter, index, top = "") => `<tspan>${letter}</tspan><tspan class="ex-small" dy="3">${index}</tspan>${top && `<tspan class="ex-small" dy="-9">${top}</tspan>`}`;

  /** The colour of a number: its sign, and its size in relation to `limit`. @param {number} v @param {number} limit */
  const tint = (v, limit) => `class="${v < 0 ? "minus" : "plus"}" style="--v:${Math.min(1, Math.abs(v) / (limit || 1)).toFixed(2)}"`;

  /**
   * A matrix as colours with numbers; with `pick` each entry is a button that says `pick`, with its place.
   * @param {number[][] | number[]} A @param {{label: string, limit: number, digits?: number, pick?: string, picked?: string}} how
   */
  function matrix(A, { label, limit, digits = 2, pick = "", picked = "" }) {
    const rows = A.map((row) => (Array.isArray(row) ? row : [row]));
    const cells = rows.flatMap((row, i) => row.map((v, j) => {
      const place = `${i},${j}`;
      return pick
        ? `<button type="button" data-do="${pick}" data-value="${place}" aria-pressed="${place === picked}" aria-label="${label}, row ${i + 1}, column ${j + 1}: ${num(v, digits)}" ${tint(v, limit)}>${num(v, digits)}</button>`
        : `<span ${tint(v, limit)}>${num(v, digits)}</span>`;
    }));
    return `<span class="ex-matrix" role="group" aria-label="${label}" style="--n:${rows[0].length}">${cells.join("")}</span>`;
  }

  /** A small picture of a matrix, colours alone. @param {number[][] | number[]} A @param {number} limit */
  function map(A, limit) {
    const rows = A.map((row) => (Array.isArray(row) ? row : [row]));
    return `<span class="ex-map" style="--n:${rows[0].length}">${rows.flat().map((v) => `<i ${tint(v, limit)}></i>`).join("")}</span>`;
  }

  /** @param {string} key @param {string} name @param {number} value @param {number} min @param {number} max @param {number} step @param {string} said */
  function slider(key, name, value, min, max, step, said) {
    return `<label class="ex-slider"><span>${name}</span><input type="range" data-set="${key}" min="${min}" max="${max}" step="${step}" value="${value}" aria-valuetext="${said}"><output>${said}</output></label>`;
  }

  /** Radio buttons in a row. @param {string} key @param {string} name @param {[string | number, string][]} options @param {string | number} value */
  function choice(key, name, options, value) {
    const radios = options.map(([each, said]) => `<label><input type="radio" name="ex-${key}" data-set="${key}" value="${each}"${each === value ? " checked" : ""}><span>${said}</span></label>`);
    return `<fieldset class="ex-choice"><legend>${name}</legend>${radios.join("")}</fieldset>`;
  }

  /** @param {string} key @param {string} said @param {string | number} value */
  const button = (key, said, value = "", more = "") => `<button type="button" data-do="${key}" data-value="${value}" ${more}>${said}</button>`;

  /** The outcome, said aloud too. @param {boolean} right @param {string} html */
  const verdict = (right, html) => `<p class="ex-verdict ${right ? "right" : "wrong"}" aria-live="polite">${html}</p>`;

  /** The straight line between two nodes, their radii left out, and its head. @param {number[]} from @param {number[]} to */
  function line([x1, y1], [x2, y2], r = 15) {
    const long = Math.hypot(x2 - x1, y2 - y1), at = (/** @type {number} */ d) => [x1 + ((x2 - x1) * d) / long, y1 + ((y2 - y1) * d) / long].map((v) => v.toFixed(1)).join(" ");
    const turn = ((Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI).toFixed(1);
    return { path: `M${at(r)}L${at(long - r - 6)}`, head: `<path class="ex-head" d="M-9-4.5 0 0-9 4.5z" transform="translate(${at(long - r)}) rotate(${turn})"/>` };
  }

  /** Lines over an axis. @param {Plot} plot */
  function plot({ w, h, x, y, left = 34, label, xs, ys, xname, yname, lines, more = "" }) {
    const X = (/** @type {number} */ v) => left + ((v - x[0]) / (x[1] - x[0])) * (w - left - 8), Y = (/** @type {number} */ v) => h - 30 - ((v - y[0]) / (y[1] - y[0])) * (h - 54);
    const inside = (/** @type {number} */ v) => Math.max(Math.min(y[0], y[1]), Math.min(Math.max(y[0], y[1]), v));
    const ticks = xs.map(([v, said]) => `<path class="ex-grid" d="M${X(v).toFixed(1)} 24V${h - 30}"/><text x="${X(v).toFixed(1)}" y="${h - 17}" text-anchor="middle">${said}</text>`);
    ticks.push(...ys.map(([v, said]) => `<path class="ex-grid" d="M${left} ${Y(v).toFixed(1)}H${w - 8}"/><text x="${left - 4}" y="${(Y(v) + 3.5).toFixed(1)}" text-anchor="end">${said}</text>`));
    const drawnLines = lines.map(({ points, class: name }) => `<path class="ex-line ${name}" d="M${points.map(([a, b]) => `${X(a).toFixed(1)} ${Y(inside(b)).toFixed(1)}`).join("L")}"/>`);
    const names = `<text x="${w - 8}" y="${h - 4}" text-anchor="end">${xname}</text><text x="2" y="11">${yname}</text>`;
    return `<svg class="ex-plot" viewBox="0 0 ${w} ${h}" role="img" aria-label="${esc(label)}">${ticks.join("")}${drawnLines.join("")}${names}${more.replace(/@x\(([^)]+)\)/g, (_, v) => X(Number(v)).toFixed(1)).replace(/@y\(([^)]+)\)/g, (_, v) => Y(inside(Number(v))).toFixed(1))}</svg>`;
  }

  /* -- on a page -- */

  /** Make `old` what `fresh` is, and leave alone what is the same, for the focus and for a drag, or is to be kept. @param {Node} old @param {Node} fresh */
  function follow(old, fresh) {
    if (old.nodeName !== fresh.nodeName) return /** @type {ChildNode} */ (old).replaceWith(fresh);
    if (!(old instanceof Element) || !(fresh instanceof Element)) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return undefined;
    }
    if (old.hasAttribute("data-keep")) return undefined;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== "tabindex") old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old instanceof HTMLInputElement && fresh instanceof HTMLInputElement) Object.assign(old, /^(checkbox|radio)$/.test(old.type) ? { checked: fresh.checked } : { value: fresh.value });
    if (old instanceof HTMLOptionElement) old.selected = fresh.hasAttribute("selected");
    const [mine, yours] = [[...old.childNodes], [...fresh.childNodes]];
    yours.forEach((child, i) => (i < mine.length ? follow(mine[i], child) : old.append(child)));
    mine.slice(yours.length).forEach((child) => child.remove());
    return undefined;
  }

  /** In a group one thing takes part in the order of the Tab key; arrow keys lead to the others. @param {Element} box */
  function rove(box) {
    box.querySelectorAll("[data-roving]").forEach((group) => {
      const items = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-do]")]);
      const at = items.find((item) => item === document.activeElement) ?? items.find((item) => item.tabIndex === 0 && item.hasAttribute("tabindex")) ?? items[0];
      items.forEach((item) => item.setAttribute("tabindex", item === at ? "0" : "-1"));
    });
  }

  /** @param {HTMLElement} box */
  function begin(box) {
    const name = box.dataset.explorable ?? "", given = JSON.parse(box.dataset.given ?? "null"), it = explorables[name];
    let state = it.initial(given);
    const draw = () => {
      const fresh = document.createElement("div");
      fresh.innerHTML = it.view(state, given);
      const [mine, yours] = [[...box.children], [...fresh.children]];
      yours.forEach((child, i) => follow(mine[i], child));
      rove(box);
    };
    /** @param {string} key @param {string | number | boolean} value */
    const act = (key, value) => {
      if (key === "reset") state = it.initial(given);
      else if (it.act) it.act(state, key, value, given);
      else state[key] = value;
      draw();
    };
    /** @param {Event} event */
    const pressed = (event) => {
      const at = event.target instanceof Element && event.target.closest("[data-do]");
      if (at instanceof Element && box.contains(at)) act(at.getAttribute("data-do") ?? "", at.getAttribute("data-value") ?? "");
      return Boolean(at);
    };
    box.addEventListener("click", pressed);
    box.addEventListener("input", ({ target }) => {
      if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || !target.dataset.set) return;
      const text = target.value, value = text === "" || Number.isNaN(Number(text)) ? text : Number(text);
      act(target.dataset.set, target.type === "checkbox" ? /** @type {HTMLInputElement} */ (target).checked : value);
    });
    box.addEventListener("keydown", (event) => {
      const at = event.target instanceof Element ? event.target : box, group = at.closest("[data-roving]");
      if ((event.key === " " || event.key === "Enter") && at instanceof SVGElement) {
        event.preventDefault();
        pressed(event);
      } else if (group && /^Arrow/.test(event.key)) {
        event.preventDefault();
        const items = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-do]")].filter((item) => item.getAttribute("aria-disabled") !== "true"));
        const next = items[(items.indexOf(/** @type {HTMLElement} */ (at)) + (/Right|Down/.test(event.key) ? 1 : items.length - 1)) % items.length];
        next.focus();
        rove(box);
      }
    });
    rove(box);
    box.inert = false;
    it.begin?.(box, (change) => {
      change(state);
      draw();
    }, given);
  }

  /** Let each explorable of this name, which the page holds, answer. @param {string} name */
  function start(name) {
    if (typeof document !== "undefined") document.querySelectorAll(`[data-explorable="${name}"]`).forEach((box) => begin(/** @type {HTMLElement} */ (box)));
  }

  return { num, power, esc, sym, drawn, tint, matrix, map, slider, choice, button, verdict, line, plot, start };
})();
