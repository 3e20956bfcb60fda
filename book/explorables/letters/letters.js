/* Letters of a name: which of those before it mattered to the network? */
"use strict";

/** @typedef {{Wax: Mat, Waa: Mat, Wya: Mat, ba: Vec, by: Vec, names: string[]}} LettersGiven all numbers are hundredths */
/** @typedef {{name: string, at: number, base: string}} LettersState the step whose label is looked at, from 1; the name that was chosen */

explorables.letters = (() => {
  const LETTERS = ".abcdefghijklmnopqrstuvwxyz", LONGEST = 16;
  const hundredths = (/** @type {Vec} */ v) => v.map((e) => e / 100);

  /** The stop and the letters as inputs, the letters and the stop as labels. @param {LettersGiven} given @param {string} name @returns {Problem} */
  function problem({ Wax, Waa, Wya, ba, by }, name) {
    const classes = [0, ...[...name].map((letter) => LETTERS.indexOf(letter))];
    const x = classes.map((read) => [...LETTERS].map((_, i) => Number(i === read)));
    return { Wax: Wax.map(hundredths), Waa: Waa.map(hundredths), Wya: Wya.map(hundredths), ba: hundredths(ba), by: hundredths(by), x, labels: [...classes.slice(1), 0], a0: network.zeros(ba.length) };
  }

  /** The probabilities at one step, and the length of the gradient of its loss with respect to each input. @param {LettersGiven} given @param {LettersState} state */
  function look(given, { name, at }) {
    const p = problem(given, name), others = Array.from({ length: at - 1 }, (_, k) => `error${k + 1}`);
    const { steps } = network.backward(p, at, {}, others), y = network.forward(p, at).y[at];
    const lengths = steps.slice(1).map(({ dx }) => Math.sqrt(network.dot(dx, dx)));
    return { y, label: p.labels[at - 1], lengths };
  }

  /* -- the picture -- */

  const { num, power, esc } = kit;
  const small = (/** @type {number} */ v) => (v < 5e-4 ? power(v) : num(v, 3));
  const few = (/** @type {number} */ v) => (v < 0.01 ? power(v) : num(v));
  const called = (/** @type {string} */ letter) => (letter === "." ? "the stop" : `“${letter}”`);

  /** @param {LettersState} state @param {LettersGiven} given */
  function view(state, given) {
    const { name, at } = state, { y, label, lengths } = look(given, state), read = [".", ...name], said = [...name, "."];
    const most = Math.max(...lengths), sum = lengths.reduce((s, v) => s + v), longest = lengths.indexOf(most);
    const tiles = [...read, "."].map((letter, k) => {
      const look = k < at ? kit.tint(lengths[k], most) : "";
      if (!k) return `<span ${look}>.</span>`;
      const words = `${letter === "." ? "the stop" : letter}, character ${k}${k < at ? `: ${num(lengths[k] / most)} of the longest` : ""}`;
      return `<button type="button" data-do="letter" data-value="${k}" aria-pressed="${k === at}" aria-label="${words}" ${look}>${letter}</button>`;
    });
    const row = `<div class="letters-row" role="group" data-roving="1" aria-label="The characters of the name; choose one">${tiles.join("")}</div>`;
    const plot = kit.plot({
      w: 390, h: 150, x: [0.4, said.length + 0.6], y: [0, 1], left: 44, xname: "character that was read", yname: "length of the gradient",
      label: `How far the loss at ${called(said[at - 1])} moves with each input: ${lengths.map((v, k) => `${called(read[k])} ${num(v / most)}`).join(", ")}`,
      xs: read.map((letter, k) => [k + 1, letter]), ys: [[0, "0"], [0.5, few(most / 2)], [1, few(most)]], lines: [],
      more: lengths.map((v, k) => `<path class="letters-bar" d="M@x(${k + 1}) @y(0)V@y(${(v / most).toFixed(4)})"/>`).join(""),
    });
    const first = (/** @type {Vec} */ p) => p.map((v, k) => /** @type {[number, number]} */ ([v, k])).sort((u, v) => v[0] - u[0]).slice(0, 4), best = first(y);
    const listed = (/** @type {Vec} */ p) => first(p).map(([v, k]) => `<span class="letters-guess${k === label ? " now" : ""}">${called(LETTERS[k])} ${small(v)}</span>`).join(" ");
    const there = name === state.base || at > state.base.length + 1 ? "" : `In ${state.base}, here: ${listed(look(given, { ...state, name: state.base }).y)}`;
    const guesses = `<p class="letters-guesses">Most probable next: ${listed(y)}<br>${there}</p>`;
    const names = given.names.map((each) => kit.button("name", each, each, `aria-pressed="${each === name}"`));
    const typed = `<label class="ex-select">or a name of your own, a to z, at most ${LONGEST} <input type="text" data-set="name" value="${esc(name)}" maxlength="${LONGEST}" size="${LONGEST}" autocomplete="off" autocapitalize="none" spellcheck="false"></label>`;
    const controls = `<div class="ex-controls">${names.join("")}</div><div class="ex-controls">${typed}${kit.button("reset", "as it was")}</div>`;
    const back = at - 1 - longest, where = back === 0 ? "the character just read" : `${back} ${back > 1 ? "characters" : "character"} before the last`;
    const near = lengths.slice(-3).reduce((s, v) => s + v) / sum;
    const after = `${at > 1 ? `After <b class="letters-read">${read.slice(0, at).join("")}</b>` : "At the beginning"} the network gives ${called(said[at - 1])} the probability ${small(y[label])}${best[0][1] === label ? ", its best guess" : ""}.`;
    const mattered = `The longest gradient, ${small(most)}, is that of ${called(read[longest])}, ${where}${at > 3 ? `; the last three characters have ${num(100 * near, 0)}\u00a0% of all length` : ""}.`;
    return `${controls}${row}${plot}${guesses}${kit.verdict(best[0][1] === label, `${after} ${mattered}`)}`;
  }

  return {
    look, view,
    /** @param {LettersGiven} given @returns {LettersState} */
    initial: ({ names: [name] }) => ({ name, base: name, at: name.length - 1 }),
    /** @param {LettersState} state @param {string} key @param {any} value @param {LettersGiven} given */
    act(state, key, value, given) {
      if (key === "letter") state.at = Number(value);
      else {
        state.name = [...String(value).toLowerCase()].filter((letter) => LETTERS.indexOf(letter) > 0).slice(0, LONGEST).join("");
        if (given.names.includes(state.name)) Object.assign(state, { base: state.name, at: state.name.length });
        state.at = Math.max(1, Math.min(state.at, state.name.length + 1));
      }
    },
    /** A letter is chosen by pointing at it too, and by reaching it with a key. @param {HTMLElement} box @param {(change: (state: any) => void) => void} change */
    begin(box, change) {
      const choose = (/** @type {Event} */ { target }) => {
        const tile = target instanceof Element && target.closest("[data-do=letter]");
        if (tile) change((state) => { state.at = Number(tile.getAttribute("data-value")); });
      };
      box.addEventListener("pointerover", choose);
      box.addEventListener("focusin", choose);
    },
  };
})();
kit.start("letters");
