/* The carry: which gradients go wrong if an arrow, a transpose or a line of the backward pass is spoilt? */
"use strict";

/** @typedef {{toy: Problem, rate: number, epochs: number, tolerance: number, mistakes: Record<string, [string, string, string]>}} CarryGiven */
/** @typedef {{T: number, mistake: string, transpose: boolean, off: string[], step: number, shown: string}} CarryState */

explorables.carry = (() => {
  const { add, times, outer } = network;

  /** The rules that each mistake puts in place of others. @type {Record<string, Partial<Rules>>} */
  const MISTAKES = {
    "carry: never added": { arrive: (own) => own },
    "carry: overwrites": { arrive: (own, carried, last) => (last ? own : carried) },
    "carry: not transposed": { back: times },
    "carry: piles up": { keep: (handed, carry) => add(carry, handed) },
    "tanh: slope forgotten": { slope: (a) => a.map(() => 1) },
    "tanh: applied twice": { slope: (a) => a.map((v) => 1 - Math.tanh(v) ** 2) },
    "tanh: slope a step early": { slope: (_, before) => before.map((v) => 1 - v * v) },
    "dWaa: new state for old": { copy: (dz, _, a) => outer(dz, a) },
    "dWaa: transposed": { copy: (dz, before) => outer(before, dz) },
    "dWaa: one step only": { total: (_, copy) => copy },
    "do: sign turned": { error: (y, label) => y.map((v, i) => Number(i === label) - v) },
    "do: divided by T too": { error: (y, label, T) => y.map((v, i) => (v - Number(i === label)) / T) },
  };
  const NAMES = /** @type {(keyof Problem)[]} */ (["Wya", "by", "Wax", "Waa", "ba", "a0"]), EPS = 1e-5;

  /** Central differences of the loss for every entry: they know the forward pass, and no chain rule. @param {Problem} p @param {number} T */
  function measured(p, T) {
    const at = (/** @type {keyof Problem} */ name, /** @type {number} */ i, /** @type {number} */ j, /** @type {number} */ by) => network.forward(network.moved(p, name, i, j, by), T).J;
    const difference = (/** @type {keyof Problem} */ name, /** @type {number} */ i, j = 0) => (at(name, i, j, EPS) - at(name, i, j, -EPS)) / (2 * EPS);
    return /** @type {Gradients} */ (Object.fromEntries(NAMES.map((name) => [`d${name}`, p[name].map((row, i) => (Array.isArray(row) ? row.map((_, j) => difference(name, i, j)) : difference(name, i)))])));
  }

  /** The largest difference of two gradients, in relation to the largest entry. @param {Vec | Mat} A @param {Vec | Mat} B */
  function relativeError(A, B) {
    const u = network.flat(A), v = network.flat(B), scale = Math.max(...u.map(Math.abs), ...v.map(Math.abs));
    return scale ? Math.max(...u.map((e, i) => Math.abs(e - v[i]))) / scale : 0;
  }

  /** Is an arrow part of so many steps? @param {number} T @param {string} key */
  const there = (T, key) => Number(key.slice(-1)) < T + Number(!key.startsWith("carry"));

  /** All that is spoilt, by name. @param {CarryState} state */
  function spoilt({ T, mistake, transpose, off }) {
    const lines = [...new Set([mistake, transpose ? "" : "carry: not transposed"])].filter(Boolean), n = off.filter((key) => there(T, key)).length;
    return { lines, arrows: n ? `${n} ${n > 1 ? "arrows" : "arrow"} taken away` : "" };
  }

  /** @param {Problem} p @param {CarryState} state */
  function walk(p, { T, mistake, transpose, off }) {
    const rules = { ...MISTAKES[mistake], ...(transpose ? {} : MISTAKES["carry: not transposed"]) };
    return network.backward(p, T, rules, off);
  }

  /** The losses of gradient descent along such a walk. @param {Problem} p @param {CarryState} state @param {number} rate @param {number} epochs */
  const losses = (p, state, rate, epochs) => network.train(p, state.T, (at) => walk(at, state).gradients, rate, epochs);

  /** All that can be said of a walk. @param {CarryState} state @param {CarryGiven} given */
  function judge(state, { toy, rate, epochs, mistakes, tolerance }) {
    const { steps, gradients } = walk(toy, state), right = { ...state, mistake: "", transpose: true, off: [] };
    const truth = measured(toy, state.T);
    const errors = NAMES.map((name) => relativeError(gradients[`d${name}`], truth[`d${name}`]));
    const wrong = NAMES.filter((_, i) => !(errors[i] <= tolerance));
    const bad = losses(toy, state, rate, epochs), good = losses(toy, right, rate, epochs);
    const { lines, arrows } = spoilt(state), touched = Boolean(lines.length || arrows);
    const same = (/** @type {string} */ name) => {
      const other = walk(toy, { ...right, mistake: name }).gradients;
      return NAMES.every((each) => relativeError(other[`d${each}`], gradients[`d${each}`]) < 1e-12);
    };
    const twin = touched && wrong.length ? Object.keys(mistakes).find((name) => !lines.includes(name) && same(name)) : undefined;
    return { steps, gradients, truth, errors, wrong, bad, good, touched, twin, lines, arrows };
  }

  /* -- the picture -- */

  const X = (/** @type {number} */ t) => 28 + 102 * t, Y = { J: 22, o: 92, a: 186, z: 268 };

  /** Does a mistake leave out what an arrow brings? @type {(state: CarryState, key: string) => boolean} */
  const ignored = ({ mistake, T }, key) => (mistake === "carry: never added" && /^carry[^0]/.test(key)) || (mistake === "carry: overwrites" && key.startsWith("own") && Number(key.slice(-1)) < T);

  /** An arrow that can be taken away. @param {CarryState} state @param {string} key @param {string} colour @param {number[]} from @param {number[]} to @param {string} name @param {string} said @param {number[]} at */
  function arrow(state, key, colour, from, to, name, said, at) {
    const live = there(state.T, key), off = state.off.includes(key);
    const { path, head } = kit.line(from, to);
    const odd = (key.startsWith("carry") && (!state.transpose || state.mistake === "carry: not transposed")) || (key.startsWith("slope") && state.mistake.startsWith("tanh")) || (key.startsWith("error") && state.mistake.startsWith("do"));
    return `<g class="carry-arrow ${colour} ${live ? "" : "away"} ${off || ignored(state, key) ? "off" : ""} ${odd ? "odd" : ""}" data-do="arrow" data-value="${key}" role="switch" aria-checked="${!off}" aria-disabled="${!live}" aria-label="${said}"><path class="ex-hit" d="${path}"/><path class="ex-arrow" d="${path}"/>${head}<text x="${at[0]}" y="${at[1]}" class="ex-letter">${name}</text></g>`;
  }

  /** A small picture of a matrix, colours alone. @param {number[][] | number[]} A @param {number} limit */
  const map = (A, limit) => `<span class="carry-map" style="--n:${kit.rows(A)[0].length}">${network.flat(A).map((v) => `<i ${kit.tint(v, limit)}></i>`).join("")}</span>`;

  /** Entries as bars to both sides of an axis. @param {number} x @param {number} y @param {[string, Vec][]} series @param {number} most */
  function bars(x, y, series, most) {
    const high = 10 / series.length, rows = series[0][1].length;
    const each = series.flatMap(([colour, v], k) => v.map((e, i) => {
      const long = (e / (most || 1)) * 18;
      return `<rect class="${colour}" x="${(x + Math.min(0, long)).toFixed(1)}" y="${(y + 10 * i + k * high).toFixed(1)}" width="${Math.max(0.4, Math.abs(long)).toFixed(1)}" height="${high - 1}"/>`;
    }));
    return `<g class="carry-bars"><path class="ex-grid" d="M${x} ${y - 1}v${rows * 10 + 1}"/>${each.join("")}</g>`;
  }

  /** @param {CarryState} state @param {ReturnType<typeof judge>} judged @param {Vec} stepLosses */
  function graph(state, { steps, gradients }, stepLosses) {
    const { T } = state, shown = Math.min(state.step, T), arrows = [], nodes = [], W = (/** @type {string} */ index, top = "⊤") => kit.drawn("W", index, top);
    const most = Math.max(...network.flat(gradients.da0).map(Math.abs), ...steps.flatMap(({ error, own, carried, dz }) => [error, own, carried, dz].flat().map(Math.abs)));
    const turned = state.transpose && state.mistake !== "carry: not transposed" ? "⊤" : "";
    for (let t = 3; t >= 1; t--) {
      const before = t > 1 ? `step ${t - 1}` : "the initial state";
      arrows.push(arrow(state, `error${t}`, "red", [X(t), Y.J], [X(t), Y.o], "ŷ−y", `The output error of step ${t}`, [X(t) + 7, 62]));
      arrows.push(arrow(state, `own${t}`, "red", [X(t), Y.o], [X(t), Y.a], W("ya"), `From the output of step ${t} into its state`, [X(t) + 7, 138]));
      arrows.push(arrow(state, `slope${t}`, "green", [X(t), Y.a], [X(t), Y.z], "slope", `Through the slope of tanh at step ${t}`, [X(t) + 9, 228]));
      arrows.push(arrow(state, `carry${t - 1}`, "blue", [X(t), Y.z], [X(t - 1), Y.a], W("aa", turned), `The carry from step ${t} to ${before}`, [X(t) - 47, 220]));
    }
    for (let t = 0; t <= 3; t++) for (const letter of t ? /** @type {const} */ (["J", "o", "a", "z"]) : /** @type {const} */ (["a"])) {
      const live = t <= T, picks = letter === "a" && t && live ? `data-do="step" data-value="${t}" role="button" aria-pressed="${shown === t}" aria-label="State ${t}: show its numbers"` : "";
      nodes.push(`<g class="ex-node ${live ? "" : "away"} ${picks && shown === t ? "picked" : ""}" ${picks}>${picks && `<circle class="carry-reach" cx="${X(t)}" cy="${Y[letter]}" r="20"/>`}<circle cx="${X(t)}" cy="${Y[letter]}" r="15"/><text class="ex-letter" x="${X(t)}" y="${Y[letter] + 4}" text-anchor="middle">${kit.drawn(letter, t)}</text></g>`);
      if (!live) continue;
      if (letter === "J") nodes.push(`<text class="red" x="${X(t) + 19}" y="${Y.J + 4}">${kit.num(stepLosses[t])}</text>`);
      if (letter === "o") nodes.push(bars(X(t) - 36, Y.o - 10, [["red", steps[t].error]], most));
      if (letter === "a") nodes.push(t ? bars(X(t) - 36, Y.a - 20, [["red", steps[t].own], ["blue", steps[t].carried]], most) : bars(X(0), Y.a + 22, [["blue", /** @type {Vec} */ (gradients.da0)]], most));
      if (letter === "z") nodes.push(bars(X(t) + 36, Y.z - 20, [["violet", steps[t].dz]], most));
    }
    return `<svg viewBox="0 0 390 292" role="group" aria-label="The backward pass; each arrow is a switch" data-roving="1">${arrows.join("")}${nodes.join("")}</svg>`;
  }

  /** @param {CarryState} state @param {CarryGiven} given */
  function view(state, given) {
    const { toy, mistakes, epochs, rate } = given, judged = judge(state, given), { steps, gradients, truth, errors, wrong, good, bad, touched, arrows } = judged;
    const k = Math.min(state.step, state.T), at = steps[k], { num, sym } = kit;
    const controls = `<div class="ex-controls">${kit.select("mistake", "mistake", [["", "none"], .../** @type {[string, string][]} */ (Object.keys(mistakes).map((name) => [name, name]))], state.mistake)}${kit.choice("T", "steps", [[1, "1"], [2, "2"], [3, "3"]], state.T)}<label class="ex-check"><input type="checkbox" data-set="transpose"${state.transpose ? " checked" : ""}> <span>transpose ${sym("W", "aa")} in the carry</span></label>${kit.button("reset", "all right again")}</div>`;
    const changed = judged.lines.map((name) => mistakes[name]).map(([where, right, wrong]) => `<s><code>${kit.esc(right)}</code></s> <code>${kit.esc(wrong)}</code> <span class="grey">in “${kit.esc(where)}”</span>`).join("<br>");
    const line = touched ? `${changed} ${arrows && `${arrows}.`}` : 'Every line is right. <span class="ex-live">Each arrow of the drawing is a switch.</span>';
    const limit = Math.max(...[at.own, at.carried, at.da].flat().map(Math.abs));
    const column = (/** @type {Vec} */ v, /** @type {string} */ name) => kit.matrix(v, { label: name, limit });
    const unused = (/** @type {string} */ arrow, /** @type {number} */ t) => (ignored(state, `${arrow}${t}`) ? "carry-unused" : "");
    const meant = touched ? "what this pass gives at" : "the gradient with respect to"; // with a mistake they differ
    const numbers = `<div class="ex-row carry-numbers"><span>${touched ? `at ${sym("a", k)} this pass gives` : `∂<i>J</i>/∂${sym("a", k)} =`}</span>${column(at.da, `${meant} a_${k}`)}<span>=</span><span class="red ${unused("own", k)}">${column(at.own, "from its own output")}</span><span>+</span><span class="blue ${unused("carry", k)}">${column(at.carried, "the carry")}</span><span>${touched ? `at ${sym("z", k)}` : `${sym("δ", k)} =`}</span><span class="violet">${column(at.dz, `${meant} z_${k}`)}</span></div>`;
    const cards = NAMES.map((name, i) => {
      const [found, is] = [gradients[`d${name}`], truth[`d${name}`]], top = Math.max(...[...network.flat(found), ...network.flat(is)].map(Math.abs), 1e-12);
      const right = !wrong.includes(name);
      return `<button type="button" class="${right ? "right" : "wrong"}" data-do="shown" data-value="${name}" aria-pressed="${state.shown === name}"><code>d${name}</code><span class="carry-maps">${map(found, top)}${map(is, top)}</span><span class="${right ? "ex-right" : "ex-wrong"}">${right ? "✓ right" : `error ${num(errors[i])}`}</span></button>`;
    });
    const [mine, theirs] = [gradients[`d${state.shown}`], truth[`d${state.shown}`]], most = Math.max(...network.flat(mine).map(Math.abs), ...network.flat(theirs).map(Math.abs));
    const pair = `<div class="ex-row carry-pair"><div><code>d${state.shown}</code> of this pass ${kit.matrix(mine, { label: `d${state.shown} of this pass`, limit: most })}</div><div>measured ${kit.matrix(theirs, { label: `d${state.shown} measured`, limit: most })}</div></div>`;
    const top = Math.max(...good, ...bad.filter(Number.isFinite)), curve = (/** @type {number[]} */ l) => /** @type {[number, number][]} */ (l.map((v, i) => [i, Number.isFinite(v) ? v : top]));
    const plot = kit.plot({
      w: 250, h: 150, x: [0, epochs], y: [0, top * 1.02], left: 30, label: `The loss in ${epochs} epochs: with right gradients from ${num(good[0])} to ${num(good[epochs])}, with these to ${num(bad[epochs])}.`,
      xs: [[0, "0"], [epochs / 2, `${epochs / 2}`], [epochs, `${epochs}`]], ys: [[0, "0"], .../** @type {[number, string][]} */ ([good[0], top].filter((v, i) => (i ? top > 1.2 * good[0] : v > 0.2 * top)).map((v) => [v, num(v, v < 10 ? 1 : 0)]))], xname: "epoch", yname: `loss, learning rate ${rate}`,
      lines: [{ points: curve(good), class: "blue" }, { points: curve(bad), class: "red ex-dashed" }],
    });
    const falls = bad.every((v, i) => !i || v < bad[i - 1]), list = wrong.map((name) => `d${name}`).join(", ").replace(/, (\w+)$/, " and $1");
    const ends = `to ${num(bad[epochs], 3)}, with right gradients to ${num(good[epochs], 3)}`, luck = num(bad[epochs], 3) < num(good[epochs], 3) ? "; that it ends lower is luck of a toy, and no merit" : "";
    const words = !wrong.length
      ? touched ? `With ${state.T === 1 ? "one step" : `${state.T} steps`} nothing shows: all six gradients are right.` : `All six gradients agree with central differences. The loss falls from ${num(good[0], 3)} to ${num(good[epochs], 3)}.`
      : `${list} ${wrong.length > 1 ? "are" : "is"} wrong${wrong.length < 6 ? ", the others are right" : ""}. The loss ${falls ? `${wrong.join() === "a0" ? `does not change: ${kit.sym("a", 0)} is not trained` : `falls all the same, ${ends}${luck}`}` : `${bad[epochs] > bad[0] ? `rises from ${num(bad[0], 3)}, and ends at` : "does not fall steadily; it ends at"} ${num(bad[epochs], 3)}`}.`;
    const twin = judged.twin ? ` The six gradients are those of “${judged.twin}”.` : "";
    const judgement = kit.verdict(!wrong.length, (touched ? `<b>${[...judged.lines, arrows].filter(Boolean).join("; ")}.</b> ` : "") + words + twin);
    const key = kit.key([["blue", "right gradients"], ["red ex-dashed", "this pass"]]);
    return `${controls}<p class="carry-line">${line}</p>${graph(state, judged, network.forward(toy, state.T).losses)}${numbers}${judgement}<div class="carry-cards">${cards.join("")}</div><div class="carry-end">${pair}<div>${plot}${key}</div></div>`;
  }

  return {
    MISTAKES, walk, losses, judge, view,
    /** @returns {CarryState} */
    initial: () => ({ T: 3, mistake: "", transpose: true, off: [], step: 2, shown: "Waa" }),
    /** @param {CarryState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key === "arrow") {
        if (there(state.T, value)) state.off = state.off.includes(value) ? state.off.filter((each) => each !== value) : [...state.off, value];
      } else if (key === "step") state.step = Number(value);
      else Object.assign(state, { [key]: value });
    },
  };
})();
kit.start("carry");
