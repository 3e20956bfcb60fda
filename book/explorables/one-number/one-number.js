/* One number: backpropagation through time in a network whose state is a single number. */
"use strict";

/** @typedef {{w: number, u: number, x: number[], carry: boolean}} OneState */
/** @typedef {OneState & {tolerance: number}} OneGiven */

explorables["one-number"] = (() => {
  const EPS = 1e-5;

  /** Forward and back over the whole sequence. @param {OneState} state */
  function pass({ w, u, x, carry }) {
    const a = [0], T = x.length, dz = Array(T + 1).fill(0), da = Array(T + 1).fill(0), carried = Array(T + 1).fill(0), handed = Array(T + 1).fill(0);
    x.forEach((x_t, k) => a.push(Math.tanh(w * a[k] + u * x_t)));
    for (let t = T; t >= 1; t--) {
      carried[t] = carry ? handed[t] : 0;
      da[t] = a[t] - 1 + carried[t];
      dz[t] = (1 - a[t] * a[t]) * da[t];
      handed[t - 1] = w * dz[t];
    }
    const contributions = x.map((_, k) => dz[k + 1] * a[k]), sum = (/** @type {number[]} */ v) => v.reduce((s, e) => s + e, 0);
    return { a, da, dz, handed, contributions, dw: sum(contributions), du: sum(x.map((x_t, k) => dz[k + 1] * x_t)), J: sum(a.slice(1).map((v) => (v - 1) ** 2 / 2)) };
  }

  /** Central differences of the loss with respect to both weights. @param {OneState} state */
  function measured(state) {
    const at = (/** @type {Partial<OneState>} */ change) => pass({ ...state, ...change }).J;
    return { dw: (at({ w: state.w + EPS }) - at({ w: state.w - EPS })) / (2 * EPS), du: (at({ u: state.u + EPS }) - at({ u: state.u - EPS })) / (2 * EPS) };
  }

  /* -- the picture -- */

  const { num, sym } = kit;

  /** @param {OneState} state */
  function graph(state) {
    const { a, da, dz, handed, contributions } = pass(state), X = (/** @type {number} */ t) => 30 + 108 * t, Y = { a: 60, z: 144, x: 224 }, parts = [];
    const node = (/** @type {string} */ letter, /** @type {number} */ t, /** @type {number} */ y, /** @type {number} */ value, /** @type {number | null} */ back) => `<g class="ex-node"><circle cx="${X(t)}" cy="${y}" r="15"/><text class="ex-letter" x="${X(t)}" y="${y + 4}" text-anchor="middle">${kit.drawn(letter, t)}</text></g><text x="${X(t) + 18}" y="${y - 4}">${num(value, 3)}</text>${back === null ? "" : `<text class="violet" x="${X(t) + 18}" y="${y + 11}">${num(back, 3)}</text>`}`;
    for (let t = 1; t <= state.x.length; t++) {
      const over = kit.line([X(t - 1), Y.a], [X(t), Y.z]), up = kit.line([X(t), Y.z], [X(t), Y.a]), from = kit.line([X(t), Y.x], [X(t), Y.z]);
      parts.push(`<g class="blue"><path class="ex-arrow" d="${over.path}"/>${over.head}<text class="ex-letter" x="${X(t) - 76}" y="124">w</text></g>`);
      parts.push(`<g class="green"><path class="ex-arrow" d="${up.path}"/>${up.head}<path class="ex-arrow" d="${from.path}"/>${from.head}<text class="ex-letter" x="${X(t) - 14}" y="190">u</text></g>`);
      parts.push(`<text class="red" x="${X(t)}" y="14" text-anchor="middle">${num(a[t] - 1, 3)}</text><text class="blue ${state.carry ? "" : "one-off"}" x="${X(t)}" y="30" text-anchor="middle">${t < state.x.length ? `${handed[t] < 0 ? "−" : "+"} ${num(Math.abs(handed[t]), 3)}` : ""}</text>`);
      parts.push(`<text class="blue" x="${X(t) - 54}" y="270" text-anchor="middle">${num(contributions[t - 1], 3)}</text>`);
      parts.push(node("a", t, Y.a, a[t], da[t]), node("z", t, Y.z, state.w * a[t - 1] + state.u * state.x[t - 1], dz[t]), node("x", t, Y.x, state.x[t - 1], null));
    }
    parts.push(node("a", 0, Y.a, 0, null), `<text class="blue" x="2" y="255">what each copy of w contributes</text>`);
    return `<svg viewBox="0 0 424 276" role="img" aria-label="Three steps: values ${a.slice(1).map((v) => num(v, 3)).join(", ")}; gradients with respect to the states ${da.slice(1).map((v) => num(v, 3)).join(", ")}">${parts.join("")}</svg>`;
  }

  /** @param {OneState} state @param {OneGiven} given */
  function view(state, { tolerance }) {
    const { a, dw, du, J, contributions } = pass(state), truth = measured(state), good = Math.max(Math.abs(dw - truth.dw), Math.abs(du - truth.du)) <= tolerance;
    const sliders = `${kit.slider("w", "<i>w</i>", state.w, -2, 2, 0.05, num(state.w))}${kit.slider("u", "<i>u</i>", state.u, -3, 3, 0.05, num(state.u))}${state.x.map((x_t, k) => kit.slider(`x${k}`, sym("x", k + 1), x_t, -2, 2, 0.05, num(x_t))).join("")}`;
    const controls = `<div class="ex-controls"><label class="ex-check"><input type="checkbox" data-set="carry"${state.carry ? " checked" : ""}> <span>add the carry</span></label>${kit.button("reset", "as it was")}</div>`;
    const terms = contributions.map((v) => num(v, 4)).join(" + ").replace(/\+ −/g, "− ");
    const words = `<i>J</i> = ${num(J, 4)}. ${state.carry ? "The gradient with respect to <i>w</i> is" : "Without the carry this pass gives for <i>w</i>"} ${terms} = <b>${num(dw, 4)}</b>, measured <b>${num(truth.dw, 4)}</b>; ${state.carry ? "with respect to <i>u</i> it is" : "for <i>u</i> it gives"} <b>${num(du, 4)}</b>, measured <b>${num(truth.du, 4)}</b>.${good || state.carry ? "" : " It is wrong."}`;
    const flat = a.flatMap((v, t) => (t && 1 - v * v < 0.05 ? [t] : [])).join(", ").replace(/, (\d)$/, " and $1");
    const slopes = flat ? ` At ${flat.length > 1 ? "steps" : "step"} ${flat} tanh is flat, with a slope below 0.05: little passes there.` : "";
    const key = `<span class="ex-key one-key"><span>value</span><span class="violet">gradient with respect to it</span><span class="red">from its own answer</span><span class="blue">the carry</span></span>`;
    return `${controls}${graph(state)}${key}${sliders}${kit.verdict(good, words + slopes)}`;
  }

  return {
    pass, measured, view,
    /** @param {OneGiven} given @returns {OneState} */
    initial: ({ w, u, x }) => ({ w, u, x: [...x], carry: true }),
    /** @param {OneState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key[0] === "x") state.x[Number(key[1])] = value;
      else Object.assign(state, { [key]: value });
    },
  };
})();
kit.start("one-number");
