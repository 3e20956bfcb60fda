/* One weight, three copies: what does an entry of W_aa do to the loss at each step where it stands? */
"use strict";

/** @typedef {{i: number, j: number, copies: number[], bump: number}} CopiesState */

explorables.copies = (() => {
  const { add, times } = network, T = 3, EPS = 1e-5;

  /** The loss if the entry (i, j) is moved in the copies of some steps. @param {Problem} p @param {CopiesState} state @param {number} by */
  function bumped(p, { i, j, copies }, by) {
    const moved = network.moved(p, "Waa", i, j, by);
    let a = p.a0, J = 0;
    for (let t = 1; t <= T; t++) {
      const { Waa } = copies.includes(t) ? moved : p;
      a = add(add(times(p.Wax, p.x[t - 1]), times(Waa, a)), p.ba).map(Math.tanh);
      const o = add(times(p.Wya, a), p.by), top = Math.max(...o);
      J += top + Math.log(o.reduce((s, v) => s + Math.exp(v - top), 0)) - o[p.labels[t - 1]];
    }
    return J;
  }

  /** The contribution of each copy to the gradient of this entry, and the measured one. @param {Problem} p @param {CopiesState} state */
  function weigh(p, state) {
    const { steps } = network.backward(p, T);
    const contributions = [1, 2, 3].map((t) => steps[t].dWaa[state.i][state.j]);
    const sum = contributions.reduce((s, v, k) => s + (state.copies.includes(k + 1) ? v : 0), 0);
    const measured = (bumped(p, state, EPS) - bumped(p, state, -EPS)) / (2 * EPS);
    return { contributions, sum, measured, J: bumped(p, state, state.bump) };
  }

  /* -- the picture -- */

  const { num, sym } = kit;

  /** @param {CopiesState} state @param {Vec} contributions */
  function graph({ copies }, contributions) {
    const X = (/** @type {number} */ t) => 30 + 108 * t, Y = { a: 32, z: 108 }, most = Math.max(...contributions.map(Math.abs), 1e-9), parts = [];
    for (let t = 1; t <= T; t++) {
      const { path, head } = kit.line([X(t - 1), Y.a], [X(t), Y.z]), up = kit.line([X(t), Y.z], [X(t), Y.a]), on = copies.includes(t), v = contributions[t - 1];
      parts.push(`<g class="green"><path class="ex-arrow" d="${up.path}"/>${up.head}</g>`);
      parts.push(`<g class="blue copies-arrow ${on ? "on" : ""}" data-do="copy" data-value="${t}" role="switch" aria-checked="${on}" aria-label="The copy of step ${t}, from a_${t - 1} to z_${t}; it contributes ${num(v, 4)}"><path class="ex-hit" d="${path}"/><path class="ex-arrow" d="${path}"/>${head}<text class="ex-letter" x="${X(t) - 100}" y="92">${kit.drawn("W", "aa", `(${t})`)}</text></g>`);
      const long = (v / most) * 44;
      parts.push(`<rect class="copies-bar ${on ? "on" : ""}" x="${(X(t) - 40 + Math.min(0, long)).toFixed(1)}" y="136" width="${Math.max(0.6, Math.abs(long)).toFixed(1)}" height="10"/><path class="ex-grid" d="M${X(t) - 40} 132v18"/><text x="${X(t) - 40}" y="164" text-anchor="middle">${num(v, 3)}</text>`);
    }
    for (let t = 0; t <= T; t++) for (const letter of t ? /** @type {const} */ (["a", "z"]) : /** @type {const} */ (["a"])) {
      parts.push(`<g class="ex-node"><circle cx="${X(t)}" cy="${Y[letter]}" r="15"/><text class="ex-letter" x="${X(t)}" y="${Y[letter] + 4}" text-anchor="middle">${kit.drawn(letter, t)}</text></g>`);
    }
    return `<svg viewBox="0 0 390 172" role="group" aria-label="Three copies of one weight; each can be chosen" data-roving="1">${parts.join("")}</svg>`;
  }

  /** @param {CopiesState} state @param {{toy: Problem, tolerance: number}} given */
  function view(state, { toy, tolerance }) {
    const { i, j, copies, bump } = state, { contributions, sum, measured, J } = weigh(toy, state), J0 = bumped(toy, state, 0);
    const some = copies.length === T ? "all three copies" : copies.length ? `the copy of step ${copies.join(" and of step ")}` : "no copy";
    const controls = `<div class="ex-controls">${kit.button("copies", "one weight: all copies", "1,2,3")}${[1, 2, 3].map((t) => kit.button("copies", `copy ${t} alone`, t)).join("")}${kit.button("reset", "as it was")}</div>`;
    const pick = `<div class="ex-row copies-pick"><div><span>an entry of ${sym("W", "aa")}</span>${kit.matrix(toy.Waa, { label: "Waa", limit: 1.2, digits: 1, pick: "entry", picked: `${i},${j}` })}</div><div>${kit.slider("bump", "bump", bump, -1, 1, 0.01, num(bump))}</div></div>`;
    const points = Array.from({ length: 41 }, (_, k) => -1 + k / 20).map((b) => /** @type {[number, number]} */ ([b, bumped(toy, state, b)]));
    const all = points.map(([, v]) => v), low = Math.min(...all), high = Math.max(...all), room = Math.max(0.2, (high - low) * 0.15);
    const y = /** @type {[number, number]} */ ([low - room, high + room]);
    const ends = [-1, 1].map((b) => J0 + b * sum), clip = (/** @type {number} */ b) => /** @type {[number, number]} */ ([b, J0 + b * sum]);
    const reach = Math.min(1, ...ends.map((v) => Math.abs(((v > J0 ? y[1] : y[0]) - J0) / (sum || 1e-9))));
    const plot = kit.plot({
      w: 390, h: 190, x: [-1, 1], y, label: `The loss against the bump, with ${some} moved, and its tangent of slope ${num(sum, 3)}`, xname: "bump", yname: "J",
      xs: [[-1, "−1"], [-0.5, "−0.5"], [0, "0"], [0.5, "0.5"], [1, "1"]], ys: [[low, num(low)], [high, num(high)]],
      lines: [{ points, class: "red" }, { points: [clip(-reach), clip(reach)], class: "blue ex-dashed" }],
      more: `<circle class="copies-dot" cx="@x(${bump})" cy="@y(${J})" r="5"/>`,
    });
    const terms = copies.map((t) => num(contributions[t - 1], 4)).join(" + ").replace(/\+ −/g, "− ") || "0";
    const words = `With ${some} moved, the measured slope of <i>J</i> is <b>${num(measured, 4)}</b>; the contributions add up to ${terms}${copies.length > 1 ? ` = <b>${num(sum, 4)}</b>` : ""}.${copies.length === T ? " This is the gradient with respect to the weight." : ""}${bump ? ` A bump of ${num(bump)} takes <i>J</i> from ${num(J0, 4)} to ${num(J, 4)}.` : ""}`;
    return `${controls}${graph(state, contributions)}${pick}${plot}${kit.key([["red", "<i>J</i>"], ["blue ex-dashed", "the contributions of the chosen copies, as a slope"]])}${kit.verdict(Math.abs(measured - sum) <= tolerance, words)}`;
  }

  return {
    bumped, weigh, view,
    /** @returns {CopiesState} */
    initial: () => ({ i: 1, j: 0, copies: [1, 2, 3], bump: 0 }),
    /** @param {CopiesState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key === "entry") [state.i, state.j] = String(value).split(",").map(Number);
      else if (key === "copies") state.copies = String(value).split(",").map(Number);
      else if (key === "copy") {
        const t = Number(value);
        state.copies = state.copies.includes(t) ? state.copies.filter((each) => each !== t) : [...state.copies, t].sort();
      } else Object.assign(state, { [key]: value });
    },
  };
})();
kit.start("copies");
