/* One pass: what does each node hold in the forward pass, and what comes back to it? */
"use strict";

/** @typedef {{toy: Problem, at?: number, tolerance: number}} PassGiven */
/** @typedef {{at: number, node: string, name: keyof Problem, i: number, j: number, p: Problem}} PassState */

explorables["one-pass"] = (() => {
  const { transposed } = network;
  const T = 3, EPS = 1e-5, NAMES = /** @type {const} */ (["Wax", "Waa", "Wya", "ba", "by", "x", "a0"]);
  /** The nodes in the order in which they are computed, then in the order of the backward pass. */
  const FORWARD = [1, 2, 3].flatMap((t) => ["z", "a", "o", "J"].map((letter) => letter + t));
  const BACKWARD = [...[3, 2, 1].flatMap((t) => ["o", "a", "z"].map((letter) => letter + t)), "a0"];
  const ORDER = [...FORWARD, ...BACKWARD];

  /** Values and gradients of all nodes and parameters. @param {Problem} p */
  function pass(p) {
    const { z, a, o, y, losses, J } = network.forward(p, T), { steps, gradients } = network.backward(p, T);
    const values = /** @type {Record<string, Vec>} */ ({ a0: p.a0 });
    const slopes = /** @type {Record<string, Vec>} */ ({ a0: gradients.da0 });
    for (let t = 1; t <= T; t++) {
      Object.assign(values, { [`x${t}`]: p.x[t - 1], [`z${t}`]: z[t], [`a${t}`]: a[t], [`o${t}`]: o[t], [`J${t}`]: [losses[t]] });
      Object.assign(slopes, { [`x${t}`]: steps[t].dx, [`z${t}`]: steps[t].dz, [`a${t}`]: steps[t].da, [`o${t}`]: steps[t].error, [`J${t}`]: [1] });
    }
    return { values, slopes, steps, y, J, gradients };
  }

  /** The two losses beside an entry, their quotient, and what the backward pass says. @param {Problem} p @param {keyof Problem} name @param {number} i @param {number} j */
  function nudge(p, name, i, j) {
    const [up, down] = [EPS, -EPS].map((by) => network.forward(network.moved(p, name, i, j, by), T).J);
    const row = network.backward(p, T).gradients[`d${name}`][i];
    return { up, down, quotient: (up - down) / (2 * EPS), gradient: Array.isArray(row) ? row[j] : row };
  }

  /** Is a node's value computed at a position, and its gradient? @type {(name: string, at: number) => boolean} */
  const valued = (name, at) => /^x|a0/.test(name) || FORWARD.indexOf(name) < at;
  /** @type {(name: string, at: number) => boolean} */
  const sloped = (name, at) => (name[0] === "x" ? sloped(`z${name[1]}`, at) : name[0] === "J" ? at > 12 : BACKWARD.indexOf(name) < at - 12);

  /** The gradients as far as a position has collected them. @param {ReturnType<typeof pass>} all @param {number} at */
  function collected({ values, slopes, steps, gradients }, at) {
    const g = /** @type {Record<string, any>} */ (Object.fromEntries(Object.entries(gradients).map(([name, A]) => [name, A.map((row) => (Array.isArray(row) ? network.zeros(row.length) : 0))])));
    const add = (/** @type {string} */ name, /** @type {Vec} */ back, /** @type {Vec} */ into) => { g[name] = network.plus(g[name], network.outer(back, into)); };
    BACKWARD.filter((name) => sloped(name, at)).forEach((name) => {
      const t = Number(name[1]), back = slopes[name];
      if (name === "a0") g.da0 = back;
      if (name[0] === "o") {
        add("dWya", back, values[`a${t}`]);
        g.dby = network.add(g.dby, back);
      }
      if (name[0] === "z") {
        add("dWax", back, values[`x${t}`]);
        add("dWaa", back, values[`a${t - 1}`]);
        g.dba = network.add(g.dba, back);
        g.dx[t - 1] = steps[t].dx;
      }
    });
    return /** @type {Gradients} */ (g);
  }

  /* -- the picture -- */

  const { num, sym } = kit;
  const X = (/** @type {number} */ t) => 36 + 106 * t, Y = /** @type {Record<string, number>} */ ({ J: 22, o: 88, a: 164, z: 238, x: 308 });
  /** @type {[string, string, string, string][]} from, to, colour, index of a weight or tanh */
  const EDGES = [1, 2, 3].flatMap((t) => /** @type {[string, string, string, string][]} */ ([
    [`x${t}`, `z${t}`, "green", "ax"], [`a${t - 1}`, `z${t}`, "blue", "aa"],
    [`z${t}`, `a${t}`, "green", "tanh"], [`a${t}`, `o${t}`, "red", "ya"], [`o${t}`, `J${t}`, "red", ""],
  ]));
  const place = (/** @type {string} */ node) => [X(Number(node[1])), Y[node[0]]];

  /** A column of coloured cells. @param {number} x @param {number} y @param {Vec} v @param {number} limit */
  const cells = (x, y, v, limit) => `<rect class="pass-under" x="${x}" y="${(y - v.length * 4.5).toFixed(1)}" width="9" height="${v.length * 9 - 1}"/>${v.map((e, i) => `<rect ${kit.tint(e, limit)} x="${x}" y="${(y + (i - v.length / 2) * 9).toFixed(1)}" width="9" height="8"/>`).join("")}`;

  /** @param {PassState} state @param {ReturnType<typeof pass>} all @param {boolean} still that nobody can touch */
  function graph({ at, node }, { values, slopes, J }, still = false) {
    const there = (/** @type {string} */ name) => valued(name, at), back = (/** @type {string} */ name) => sloped(name, at);
    const now = ORDER[at - 1] ?? "", most = Math.max(...Object.entries(slopes).flatMap(([name, v]) => (name[0] === "J" ? [0] : v.map(Math.abs))));
    const edges = EDGES.map(([from, to, colour, name]) => {
      const turned = at > 12 && back(from), lit = at > 12 ? from === now : to === now;
      const [a, b] = turned ? [place(to), place(from)] : [place(from), place(to)], { path, head } = kit.line(a, b);
      const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], slant = from[0] === "a" && to[0] === "z";
      const label = name === "tanh" ? turned ? "slope" : name : name && kit.drawn("W", name, turned ? "⊤" : "");
      return `<g class="${colour} pass-edge ${lit ? "lit" : turned || there(to) ? "" : "faint"}"><path class="ex-arrow" d="${path}"/>${head}<text class="ex-letter" x="${x + (slant ? -20 : 6)}" y="${y + (slant ? 22 : 3)}">${label}</text></g>`;
    });
    const nodes = [...Object.keys(values)].map((name) => {
      const [x, y] = place(name), [letter, t] = name, limit = Math.max(...values[name].map(Math.abs), 1);
      const said = `${letter}${t}${there(name) ? `: value ${values[name].map((v) => num(v)).join(", ")}` : ""}${back(name) ? `; gradient ${slopes[name].map((v) => num(v)).join(", ")}` : ""}`;
      return `<g class="ex-node ${name === now ? "now" : ""} ${name === node ? "picked" : ""} ${there(name) ? "" : "faint"}" ${still ? "" : `data-do="node" data-value="${name}" role="button" aria-pressed="${name === node}" aria-label="${said}"`}><circle class="pass-reach" cx="${x}" cy="${y}" r="20"/><circle cx="${x}" cy="${y}" r="15"/><text class="ex-letter" x="${x}" y="${y + 4}" text-anchor="middle">${kit.drawn(letter, t)}</text>${there(name) ? cells(x - 36, y, values[name], limit) : ""}${back(name) ? `<g class="pass-back">${cells(x + 27, y, slopes[name], most)}</g>` : ""}</g>`;
    });
    const how = still ? `role="img" aria-label="The toy after one pass: three steps, the value and the gradient of every node, and a loss of ${num(J, 3)}"` : 'role="group" aria-label="The toy over three steps; each node can be chosen" data-roving="1"';
    return `<svg viewBox="0 0 390 330" ${how}>${edges.join("")}${nodes.join("")}</svg>`;
  }

  /** The formula of a position. @param {number} at */
  function formula(at) {
    const [letter, t] = ORDER[at - 1] ?? "x0", d = (/** @type {string} */ name, /** @type {number | string} */ k) => `∂<i>J</i>/∂${sym(name, k)}`, k = Number(t);
    if (!at) return "Nothing is computed yet: the inputs and the initial state are given.";
    if (at <= 12) return { z: `${sym("z", t)} = ${sym("W", "ax")} ${sym("x", t)} + ${sym("W", "aa")} ${sym("a", k - 1)} + ${sym("b", "a")}`, a: `${sym("a", t)} = tanh ${sym("z", t)}`, o: `${sym("o", t)} = ${sym("W", "ya")} ${sym("a", t)} + ${sym("b", "y")}`, J: `${sym("J", t)} = −ln of the probability that softmax(${sym("o", t)}) gives to the right class` }[letter] ?? "";
    if (letter === "o") return `${d("o", t)} = ${sym("ŷ", t)} − ${sym("y", t)}`;
    if (letter === "z") return `${sym("δ", t)} = ${d("z", t)} = ${d("a", t)} ⊙ (1 − ${sym("a", t, "2")}); and ${d("x", t)} = ${sym("W", "ax", "⊤")} ${sym("δ", t)}`;
    if (t === "0") return `${d("a", 0)} = ${sym("W", "aa", "⊤")} ${sym("δ", 1)}`;
    return k === T ? `${d("a", t)} = ${sym("W", "ya", "⊤")} ${d("o", t)}; no step comes after it` : `${d("a", t)} = ${sym("W", "ya", "⊤")} ${d("o", t)} + ${sym("W", "aa", "⊤")} ${sym("δ", k + 1)}: two arrows arrive, and are added`;
  }

  /** @param {PassState} state @param {PassGiven} given */
  function view(state, { tolerance }) {
    const { at, node, name, i, j, p } = state, all = pass(p), [letter, t] = node, { up, down, quotient, gradient } = nudge(p, name, i, j), done = at === ORDER.length;
    const turn = (/** @type {Vec | Mat} */ A) => (name === "x" ? transposed(/** @type {Mat} */ (A)) : A), picked = name === "x" ? `${j},${i}` : `${i},${j}`;
    const walk = `<div class="ex-controls">${kit.button("step", "◀ back", -1, `aria-disabled="${!at}"`)}${kit.button("step", "step ▶", 1, `aria-disabled="${at === ORDER.length}"`)}${kit.button("step", "all", ORDER.length)}${kit.button("reset", "as it was")}</div><div class="ex-live">${kit.slider("at", at > 12 ? "backward" : "forward", at, 0, ORDER.length, 1, `${at} of ${ORDER.length}`)}</div>`;
    const value = (/** @type {Vec} */ v, /** @type {string} */ label, limit = Math.max(1, ...v.map(Math.abs))) => (valued(node, at) ? kit.matrix(v, { label, limit }) : "–");
    const slope = kit.matrix(all.slopes[node], { label: `gradient with respect to ${letter} ${t}`, limit: Math.max(...all.slopes[node].map(Math.abs)) });
    const middle = letter === "o" ? `<span>${sym("ŷ", t)} =</span>${value(all.y[Number(t)], `y-hat ${t}`)}` : "";
    const column = `<div class="ex-row pass-node"><span>${sym(letter, t)} =</span>${value(all.values[node], `${letter} ${t}`)}${middle}<span>∂<i>J</i>/∂${sym(letter, t)} =</span><span class="violet">${sloped(node, at) ? slope : "–"}</span></div>`;
    const [A, G] = [turn(/** @type {Vec | Mat} */ (p[name === "x" ? "x" : /** @type {"Wax"} */ (name)])), turn(collected(all, at)[`d${name}`])], size = (/** @type {Vec | Mat} */ M) => Math.max(...network.flat(M).map(Math.abs));
    const letters = /** @type {Record<string, string>} */ ({ Wax: sym("W", "ax"), Waa: sym("W", "aa"), Wya: sym("W", "ya"), ba: sym("b", "a"), by: sym("b", "y"), x: "<i>x</i>", a0: sym("a", 0) });
    const pair = `<div class="ex-row pass-pair"><div>${letters[name]}${kit.matrix(A, { label: name, limit: size(A), pick: "entry", picked })}</div><div>∂<i>J</i>/∂${letters[name]}${done ? "" : " so far"}<span class="violet">${kit.matrix(G, { label: `d${name}`, limit: size(all.gradients[`d${name}`]) })}</span></div></div>`;
    const entry = (/** @type {Vec | Mat} */ M) => Number([M[i]].flat()[j]), now = entry(p[name]), [r, c] = picked.split(",").map((e) => Number(e) + 1);
    const drag = kit.slider("value", `row ${r}, column ${c}`, Number(now.toFixed(2)), -2, 2, 0.01, num(now));
    const scale = Math.max(size(all.gradients[`d${name}`]), 1e-3), good = Math.abs(quotient - gradient) <= tolerance * scale;
    const said = `Nudge this entry by 0.00001: <i>J</i> is ${num(up, 10)} above it and ${num(down, 10)} below. Their difference divided by 0.00002 is <b>${num(quotient, 5)}</b>. The backward pass ${done ? `says <b>${num(gradient, 5)}</b>` : `has collected <b>${num(entry(collected(all, at)[`d${name}`]), 5)}</b> so far`}.`;
    return `${walk}<p class="pass-formula">${formula(at)}</p>${graph(state, all)}${column}${kit.choice("name", "choose an entry of", NAMES.map((each) => [each, letters[each]]), name)}${pair}${drag}${kit.verdict(good, `<i>J</i> = ${num(all.J, 4)}. ${said}`)}`;
  }

  /** @param {{toy: Problem, at?: number}} given @returns {PassState} */
  const initial = ({ toy, at = ORDER.length }) => ({ at, node: ORDER[at - 1] ?? "x1", name: "Waa", i: 0, j: 1, p: toy });

  return {
    NAMES, pass, nudge, collected, view, initial,
    /** The whole pass, not to be touched. @param {{toy: Problem}} given */
    still: ({ toy }) => graph({ ...initial({ toy }), at: ORDER.length + 1, node: "" }, pass(toy), true),
    /** @param {PassState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key === "step") state.at = Math.max(0, Math.min(ORDER.length, state.at + Number(value)));
      else if (key === "at") state.at = value;
      if ((key === "step" || key === "at") && state.at) state.node = ORDER[state.at - 1];
      else if (key === "node") state.node = value;
      else if (key === "name") Object.assign(state, { name: value, i: 0, j: 0 });
      else if (key === "entry") {
        const [i, j] = String(value).split(",").map(Number);
        Object.assign(state, state.name === "x" ? { i: j, j: i } : { i, j });
      } else if (key === "value") {
        const row = state.p[/** @type {"Wax"} */ (state.name)][state.i], old = Array.isArray(row) ? row[state.j] : Number(row);
        state.p = network.moved(state.p, state.name, state.i, state.j, value - old);
      }
    },
  };
})();
kit.start("one-pass");
