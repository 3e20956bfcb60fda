/* Clipping and truncation: what is cut off, how far does the gradient turn, and where does a step land? */
"use strict";

/** @typedef {{w: number, b: number, a0: number, T: number, target: number, rate: number, limit: number}} Cliff */
/** @typedef {{toy: Problem, sequence: Problem, cliff: Cliff}} ClippingGiven */
/** @typedef {{mode: "clip" | "truncate" | "cliff", threshold: number, window: number, radius: number, w: number, b: number, limit: number}} ClippingState threshold is a power of ten */

explorables.clipping = (() => {
  const LEVELS = [0.25, 0.5, 1, 1.5, 2, 2.5], FRAME = /** @type {Record<"w" | "b", [number, number]>} */ ({ w: [1, 2], b: [-0.6, 0.2] });
  const { dot, flat, times, transposed, outer } = network, NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"];
  const long = (/** @type {Vec} */ v) => Math.hypot(...v);
  const column = (/** @type {Gradients} */ g) => NAMES.flatMap((name) => flat(g[name]));
  /** In degrees. @param {Vec} u @param {Vec} v */
  const angle = (u, v) => (Math.acos(Math.max(-1, Math.min(1, dot(u, v) / long(u) / long(v)))) * 180) / Math.PI;

  /** The toy's gradient as one column, clipped in both ways. @param {Problem} p @param {number} c */
  function clip(p, c) {
    const g = column(network.backward(p, p.labels.length).gradients), factor = Math.min(1, c / long(g));
    const byNorm = g.map((v) => v * factor), byValue = g.map((v) => Math.max(-c, Math.min(c, v)));
    return { g, byNorm, byValue, angle: angle(byValue, g), length: long(g) };
  }

  /** With W_aa scaled. @param {Problem} p @param {number} radius @returns {Problem} */
  const scaled = (p, radius) => ({ ...p, Waa: p.Waa.map((row) => row.map((v) => v * radius)) });

  /** The gradient without the carry across window borders, as one column. @param {Problem} p @param {number} K */
  function truncated(p, K) {
    const T = p.labels.length, borders = Array.from({ length: Math.floor(T / K) }, (_, k) => `carry${(k + 1) * K}`);
    return column(network.backward(p, T, {}, borders).gradients);
  }

  /** The size of the gradient of the loss of step t with respect to the copy of step s. @param {Problem} p */
  function messages(p) {
    const T = p.labels.length, { a, y } = network.forward(p, T), back = transposed(p.Waa);
    return Array.from({ length: T }, (_, k) => {
      const t = k + 1, sizes = Array(T).fill(0);
      let da = times(transposed(p.Wya), y[t].map((v, i) => v - Number(i === p.labels[k])));
      for (let s = t; s >= 1; s--) {
        const dz = da.map((v, i) => v * (1 - a[s][i] * a[s][i]));
        sizes[s - 1] = long(flat(outer(dz, a[s - 1])));
        da = times(back, dz);
      }
      return /** @type {Vec} */ (sizes);
    });
  }

  /** The states of one unit without an input. @param {Cliff} cliff @param {number} w @param {number} b */
  function states({ a0, T }, w, b) {
    const a = [a0];
    for (let t = 1; t <= T; t++) a.push(Math.tanh(w * a[t - 1] + b));
    return a;
  }

  /** The loss of that unit, its gradient, and where one step leads, plain and clipped. @param {Cliff} cliff @param {number} w @param {number} b @param {number} limit */
  function fall(cliff, w, b, limit) {
    const { T, target, rate } = cliff, a = states(cliff, w, b);
    let da = 2 * (a[T] - target), dw = 0, db = 0;
    for (let t = T; t >= 1; t--) {
      const dz = da * (1 - a[t] * a[t]);
      dw += dz * a[t - 1];
      db += dz;
      da = w * dz;
    }
    const length = Math.hypot(dw, db), factor = Math.min(1, limit / (length || 1));
    return { J: (a[T] - target) ** 2, dw, db, length, plain: [w - rate * dw, b - rate * db], clipped: [w - rate * factor * dw, b - rate * factor * db] };
  }

  /** The bias at which the loss has a level, the last state being below its target: it rises with the bias. @param {Cliff} cliff @param {number} w @param {number} level */
  function levelAt(cliff, w, level) {
    let [low, high] = FRAME.b;
    for (let k = 0; k < 30; k++) {
      const b = (low + high) / 2;
      if (states(cliff, w, b)[cliff.T] < cliff.target - Math.sqrt(level)) low = b;
      else high = b;
    }
    return (low + high) / 2;
  }

  /** Has the picture this place? @param {number[]} place */
  const inside = ([w, b]) => w >= FRAME.w[0] && w <= FRAME.w[1] && b >= FRAME.b[0] && b <= FRAME.b[1];

  /* -- the picture -- */

  const { num, power } = kit;
  /** @param {number} v */
  const few = (v) => (v < 0.01 ? power(v) : num(v, 3));

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewClip({ threshold }, { toy }) {
    const c = 10 ** threshold, found = clip(toy, c), { gradients } = network.backward(toy, toy.labels.length), most = Math.max(...found.g.map(Math.abs)), wide = 370 / found.g.length;
    const rows = /** @type {[string, Vec, string][]} */ ([["as it is", found.g, "clip-grey"], ["by norm", found.byNorm, "clip-blue"], ["by value", found.byValue, "clip-red"]]);
    const bars = rows.map(([name, v, look], k) => {
      const y = 46 + 78 * k, top = Math.max(...v.map(Math.abs)) || 1;
      return `<text x="2" y="${y - 32}">${name}: length ${few(long(v))}, largest entry ${few(top)}</text><path class="ex-grid" d="M8 ${y}H382"/>${v.map((e, i) => `<rect class="${look}" x="${(10 + i * wide).toFixed(1)}" y="${(y - Math.max(0, e / top) * 28).toFixed(1)}" width="${(wide - 1.5).toFixed(1)}" height="${Math.max(0.4, Math.abs(e / top) * 28).toFixed(1)}"/>`).join("")}`;
    });
    let before = 0; // entries of the gradients before
    const names = NAMES.map((name) => {
      const x = 10 + before * wide, n = flat(gradients[name]).length;
      before += n;
      return `<path class="ex-grid" d="M${x.toFixed(1)} 14V234"/><text x="${(x + (n * wide) / 2).toFixed(1)}" y="246" text-anchor="middle">${name}</text>`;
    });
    const picture = `<svg class="ex-plot" viewBox="0 0 390 250" role="img" aria-label="The entries of the toy’s gradient, and of both clipped ones, each drawn to its own largest entry">${names.join("")}${bars.join("")}</svg><p>The rows show shapes: each is as high as its own largest entry. The one threshold bounds the length, by norm, or each entry, by value.</p>`;
    const cut = found.g.filter((v) => Math.abs(v) > c).length, words = c >= found.length ? "The threshold is above the length, and nothing is clipped." : `By norm every entry is multiplied by ${few(c / found.length)}, and the shape stays. By value ${cut} of ${found.g.length} entries are cut, and the gradient turns by <b>${num(found.angle, 1)} degrees</b>.`;
    return [kit.slider("threshold", "threshold", threshold, -2.5, 0.75, 0.05, few(c)), picture, kit.verdict(c >= most, words)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewTruncate({ window: K, radius }, { sequence }) {
    const p = scaled(sequence, radius), T = p.labels.length, sizes = messages(p), most = Math.log10(Math.max(...sizes.flat()));
    const whole = truncated(p, T), angles = Array.from({ length: T }, (_, k) => angle(truncated(p, k + 1), whole)), cell = 15, reach = Math.max(30, Math.ceil(Math.max(...angles) / 30) * 30);
    const cells = sizes.flatMap((row, t) => row.slice(0, t + 1).map((v, s) => {
      const kept = Math.floor(t / K) === Math.floor(s / K), deep = Math.max(0, Math.min(1, 1 + (Math.log10(v || 1e-12) - most) / 4));
      return `<rect class="clip-cell ${kept ? "kept" : ""}" style="--v:${deep.toFixed(2)}" x="${30 + s * cell}" y="${14 + t * cell}" width="${cell - 2}" height="${cell - 2}"/>`;
    }));
    const ticks = [1, 4, 8, 12].map((k) => `<text x="${30 + (k - 0.5) * cell - 1}" y="${28 + T * cell}" text-anchor="middle">${k}</text><text x="24" y="${24 + (k - 1) * cell}" text-anchor="end">${k}</text>`);
    const triangle = `<svg class="ex-plot" viewBox="0 0 224 226" role="img" aria-label="A cell for each loss and each copy of the weight: ${sizes.flatMap((row, t) => row.slice(0, t + 1).filter((_, s) => Math.floor(t / K) === Math.floor(s / K))).length} messages are kept, the others are lost"><text x="2" y="9">loss of step</text>${cells.join("")}${ticks.join("")}<text x="212" y="222" text-anchor="end">copy of step</text></svg>`;
    const plot = kit.plot({ w: 224, h: 226, x: [1, T], y: [0, reach], left: 26, label: `The angle to the whole gradient for each window; here ${num(angles[K - 1], 1)} degrees`, xname: "window K", yname: "angle, degrees", xs: [1, 4, 8, 12].map((k) => [k, `${k}`]), ys: [0, 10, 20, 30, 60, 90].filter((v) => v <= reach && (reach === 30 || v % 30 === 0)).map((v) => [v, `${v}`]), lines: [{ points: angles.map((v, k) => [k + 1, v]), class: "blue" }], more: `<circle class="clip-dot" cx="@x(${K})" cy="@y(${angles[K - 1]})" r="5"/>` });
    const sliders = kit.slider("window", "window K", K, 1, T, 1, `${K} ${K > 1 ? "steps" : "step"}`) + kit.slider("radius", "spectral radius", radius, 0.2, 1.6, 0.05, num(radius));
    const words = K >= T ? "One window holds all steps: nothing is lost." : `The truncated gradient is turned by <b>${num(angles[K - 1], 1)} degrees</b>. An empty cell is a message that crosses a border.`;
    return [sliders, `<div class="ex-row clip-two">${triangle}${plot}</div>`, kit.verdict(angles[K - 1] < 1, words)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewCliff({ w, b, limit }, { cliff }) {
    const at = fall(cliff, w, b, limit), [[left, right], [low, high]] = [FRAME.w, FRAME.b];
    const across = Array.from({ length: 61 }, (_, k) => left + ((right - left) * k) / 60);
    const lines = LEVELS.map((level) => ({ class: "grey clip-level", points: across.map((u) => /** @type {[number, number]} */ ([u, levelAt(cliff, u, level)])).filter(([, v]) => v > low + 1e-3 && v < high - 1e-3) }));
    /** A step, as far as the picture goes. @param {number[]} to @param {string} look */
    const step = (to, look) => {
      const [du, dv] = [to[0] - w, to[1] - b], out = [du && ((du > 0 ? right : left) - w) / du, dv && ((dv > 0 ? high : low) - b) / dv].filter((v) => v > 0), far = Math.min(1, ...out);
      return `<path class="ex-line ${look}" d="M@x(${w}) @y(${b})L@x(${w + far * du}) @y(${b + far * dv})"/>${inside(to) ? `<circle class="${look} clip-end" cx="@x(${to[0]})" cy="@y(${to[1]})" r="5"/>` : ""}`;
    };
    const plot = kit.plot({ w: 390, h: 210, x: FRAME.w, y: FRAME.b, left: 38, label: `The loss of one unit over its weight and its bias: near zero above the lines, near three below them, and a cliff between. At w = ${num(w, 3)}, b = ${num(b, 3)} it is ${num(at.J)}, and the gradient is ${num(at.length)} long.`, xname: "weight w", yname: "bias b", xs: [1, 1.25, 1.5, 1.75, 2].map((v) => [v, `${v}`]), ys: [-0.6, -0.4, -0.2, 0, 0.2].map((v) => [v, num(v, 1)]), lines, more: `<text x="@x(1.8)" y="@y(0.03)" text-anchor="middle">loss near 0</text><text x="@x(1.3)" y="@y(-0.5)" text-anchor="middle">loss near 3</text>${step(at.plain, "red ex-dashed")}${step(at.clipped, "blue")}<circle class="clip-dot" cx="@x(${w})" cy="@y(${b})" r="6"/>` });
    const sliders = kit.slider("w", "weight w", w, left, right, 0.005, num(w, 3)) + kit.slider("b", "bias b", b, low, high, 0.005, num(b, 3)) + kit.slider("limit", "threshold", limit, 0.1, 5, 0.1, num(limit, 1)) + `<div class="ex-controls">${kit.button("step", "take the step with clipping", "", `aria-disabled="${!inside(at.clipped)}"`)}</div>`;
    const key = kit.key([["grey", `losses of ${LEVELS.join(", ")}`], ["red ex-dashed", "one step without clipping"], ["blue", "one step with clipping"]]);
    const place = (/** @type {number[]} */ to) => `w = ${num(to[0], 3)}, b = ${num(to[1], 3)}${inside(to) ? "" : ", out of the picture"}`;
    const words = `Here <i>J</i> = ${num(at.J, 3)}, and the gradient is <b>${at.length < 0.01 ? power(at.length) : num(at.length, at.length < 10 ? 2 : 0)}</b> long. With the rate ${cliff.rate} the plain step leads to ${place(at.plain)}; ${at.length > limit ? `clipped to the threshold, it is ${num(cliff.rate * limit)} long and leads to ${place(at.clipped)}` : "it is not clipped"}.`;
    return [sliders, plot + key, kit.verdict(inside(at.plain), words)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function view(state, given) {
    const [sliders, picture, verdict] = { clip: viewClip, truncate: viewTruncate, cliff: viewCliff }[state.mode](state, given);
    const mode = kit.choice("mode", "show", [["clip", "clip"], ["truncate", "truncate"], ["cliff", "cliff"]], state.mode);
    return `<div class="ex-controls">${mode}${kit.button("reset", "as it was")}</div><div class="clip-body">${sliders}${picture}</div>${verdict}`;
  }

  return {
    clip, truncated, scaled, messages, fall, levelAt, view,
    /** @param {ClippingGiven} given @param {Partial<ClippingState>} before @returns {ClippingState} */
    initial: ({ cliff: { w, b, limit } }, { mode = "clip" } = {}) => ({ mode, threshold: -0.5, window: 4, radius: 1, w, b, limit }),
    /** @param {ClippingState} state @param {string} key @param {any} value @param {ClippingGiven} given */
    act(state, key, value, { cliff }) {
      if (key === "step") {
        const [w, b] = fall(cliff, state.w, state.b, state.limit).clipped;
        if (inside([w, b])) Object.assign(state, { w, b });
      } else Object.assign(state, { [key]: value });
    },
  };
})();
kit.start("clipping");
