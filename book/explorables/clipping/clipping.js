/* Clipping and truncation: what is cut off, how far does the gradient turn, and where does a step land? */
"use strict";

/** @typedef {{b: number, a0: number, T: number, target: number, rate: number}} Cliff */
/** @typedef {{toy: Problem, sequence: Problem, cliff: Cliff}} ClippingGiven */
/** @typedef {{mode: "clip" | "truncate" | "cliff", threshold: number, window: number, radius: number, w: number, limit: number}} ClippingState threshold is a power of ten */

explorables.clipping = (() => {
  const { add, dot, flat, times, transposed, outer } = network, NAMES = ["dWax", "dWaa", "dWya", "dba", "dby"];
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

  /** The gradient without what crosses a border of windows, as one column. @param {Problem} p @param {number} K */
  function truncated(p, K) {
    const T = p.labels.length;
    let t = T; // the steps are visited from the last to the first
    return column(network.backward(p, T, {
      arrive: (own, carried) => {
        const cut = t % K === 0;
        t -= 1;
        return cut ? own : add(own, carried);
      },
    }).gradients);
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

  /** The loss of a network with one unit, its gradient with respect to w, and its gradient clipped. @param {Cliff} cliff @param {number} w @param {number} limit */
  function fall({ b, a0, T, target }, w, limit) {
    const a = [a0];
    for (let t = 1; t <= T; t++) a.push(Math.tanh(w * a[t - 1] + b));
    let da = a[T] - target, dw = 0;
    for (let t = T; t >= 1; t--) {
      const dz = da * (1 - a[t] * a[t]);
      dw += dz * a[t - 1];
      da = w * dz;
    }
    return { J: (a[T] - target) ** 2 / 2, dw, clipped: Math.min(1, limit / Math.abs(dw || 1)) * dw };
  }

  /* -- the picture -- */

  const { num, power } = kit;

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewClip({ threshold }, { toy }) {
    const c = 10 ** threshold, found = clip(toy, c), most = Math.max(...found.g.map(Math.abs)), wide = 370 / found.g.length;
    const rows = /** @type {[string, Vec, string][]} */ ([["as it is", found.g, "clip-grey"], ["by norm", found.byNorm, "clip-blue"], ["by value", found.byValue, "clip-red"]]);
    const bars = rows.map(([name, v, look], k) => {
      const y = 46 + 78 * k, top = Math.max(...v.map(Math.abs)) || 1;
      return `<text x="2" y="${y - 32}">${name}; length ${num(long(v), 3)}, largest entry ${num(top, 3)}</text><path class="ex-grid" d="M8 ${y}H382"/>${v.map((e, i) => `<rect class="${look}" x="${(10 + i * wide).toFixed(1)}" y="${(y - Math.max(0, e / top) * 28).toFixed(1)}" width="${(wide - 1.5).toFixed(1)}" height="${Math.max(0.4, Math.abs(e / top) * 28).toFixed(1)}"/>`).join("")}`;
    });
    const picture = `<svg class="ex-plot" viewBox="0 0 390 234" role="img" aria-label="The entries of the toy’s gradient, and of both clipped ones, each drawn to its own largest entry">${bars.join("")}</svg>`;
    const cut = found.g.filter((v) => Math.abs(v) > c).length, words = c >= found.length ? "The threshold is above the length, and nothing is clipped." : `By norm every entry is multiplied by ${num(c / found.length, 3)}, and the shape stays. By value ${cut} of ${found.g.length} entries are cut, and the gradient turns by <b>${num(found.angle, 1)} degrees</b>.`;
    return [kit.slider("threshold", "threshold", threshold, -2.5, 0.75, 0.05, num(c, 3)), picture, kit.verdict(c >= most, words)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewTruncate({ window: K, radius }, { sequence }) {
    const p = scaled(sequence, radius), T = p.labels.length, sizes = messages(p), most = Math.log10(Math.max(...sizes.flat()));
    const whole = truncated(p, T), angles = Array.from({ length: T }, (_, k) => angle(truncated(p, k + 1), whole)), cell = 15;
    const cells = sizes.flatMap((row, t) => row.slice(0, t + 1).map((v, s) => {
      const kept = Math.floor(t / K) === Math.floor(s / K), deep = Math.max(0, Math.min(1, 1 + (Math.log10(v || 1e-12) - most) / 4));
      return `<rect class="clip-cell ${kept ? "kept" : ""}" style="--v:${deep.toFixed(2)}" x="${30 + s * cell}" y="${14 + t * cell}" width="${cell - 2}" height="${cell - 2}"/>`;
    }));
    const ticks = [1, 4, 8, 12].map((k) => `<text x="${30 + (k - 0.5) * cell - 1}" y="${28 + T * cell}" text-anchor="middle">${k}</text><text x="24" y="${24 + (k - 1) * cell}" text-anchor="end">${k}</text>`);
    const triangle = `<svg class="ex-plot" viewBox="0 0 224 226" role="img" aria-label="A cell for each loss and each copy of the weight: ${sizes.flatMap((row, t) => row.slice(0, t + 1).filter((_, s) => Math.floor(t / K) === Math.floor(s / K))).length} messages are kept, the others are lost"><text x="2" y="9">loss of step</text>${cells.join("")}${ticks.join("")}<text x="212" y="222" text-anchor="end">copy of step</text></svg>`;
    const plot = kit.plot({ w: 224, h: 226, x: [1, T], y: [0, Math.max(30, Math.ceil(Math.max(...angles) / 30) * 30)], left: 26, label: `The angle to the whole gradient for each window; here ${num(angles[K - 1], 1)} degrees`, xname: "window K", yname: "angle, degrees", xs: [1, 4, 8, 12].map((k) => [k, `${k}`]), ys: [0, 30, 60, 90].filter((v) => v <= Math.max(30, Math.ceil(Math.max(...angles) / 30) * 30)).map((v) => [v, `${v}`]), lines: [{ points: angles.map((v, k) => [k + 1, v]), class: "blue" }], more: `<circle class="clip-dot" cx="@x(${K})" cy="@y(${angles[K - 1]})" r="5"/>` });
    const sliders = kit.slider("window", "window K", K, 1, T, 1, `${K} ${K > 1 ? "steps" : "step"}`) + kit.slider("radius", "spectral radius", radius, 0.2, 1.6, 0.05, num(radius));
    const words = K >= T ? "One window holds all steps: nothing is lost." : `The truncated gradient is turned by <b>${num(angles[K - 1], 1)} degrees</b>. Faint cells are messages that cross a border; the darker a cell, the longer its message.`;
    return [sliders, `<div class="ex-row clip-two">${triangle}${plot}</div>`, kit.verdict(angles[K - 1] < 1, words)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function viewCliff({ w, limit }, { cliff }) {
    const [low, high] = [0.5, 2.5], at = fall(cliff, w, limit), next = w - cliff.rate * at.dw, gentle = w - cliff.rate * at.clipped;
    const points = Array.from({ length: 161 }, (_, k) => low + ((high - low) * k) / 160).map((v) => /** @type {[number, number]} */ ([v, fall(cliff, v, limit).J]));
    const lands = (/** @type {number} */ v) => Math.max(low, Math.min(high, v));
    const mark = (/** @type {number} */ v, /** @type {string} */ look, /** @type {number} */ level) => `<path class="ex-line ${look}" d="M@x(${w}) @y(${at.J})L@x(${lands(v)}) @y(${level})"/><circle class="${look} clip-end" cx="@x(${lands(v)})" cy="@y(${level})" r="5"/>`;
    const plot = kit.plot({ w: 390, h: 210, x: [low, high], y: [0, 1.2], label: `The loss against the weight: a cliff. At ${num(w)} the slope is ${num(at.dw)}.`, xname: "weight w", yname: "J", xs: [0.5, 1, 1.5, 2, 2.5].map((v) => [v, `${v}`]), ys: [0, 0.5, 1].map((v) => [v, `${v}`]), lines: [{ points, class: "grey" }], more: `${mark(next, "red ex-dashed", fall(cliff, lands(next), limit).J)}${mark(gentle, "blue", fall(cliff, lands(gentle), limit).J)}<circle class="clip-dot" cx="@x(${w})" cy="@y(${at.J})" r="6"/>` });
    const sliders = kit.slider("w", "weight w", w, low, high, 0.005, num(w, 3)) + kit.slider("limit", "threshold", limit, 0.1, 5, 0.1, num(limit, 1));
    const out = next < low || next > high;
    const key = `<span class="clip-key"><span class="red">- - one step without clipping</span><span class="blue">— one step with clipping</span></span>`;
    return [sliders, plot + key, kit.verdict(!out, `The gradient is <b>${Math.abs(at.dw) < 0.01 ? power(at.dw) : num(at.dw)}</b>. One step of gradient descent with the rate ${cliff.rate} leads to w = ${num(next)}${out ? ", far out of the picture" : ""}; clipped to ${num(limit, 1)}, to w = ${num(gentle)}.`)];
  }

  /** @param {ClippingState} state @param {ClippingGiven} given */
  function view(state, given) {
    const [sliders, picture, verdict] = { clip: viewClip, truncate: viewTruncate, cliff: viewCliff }[state.mode](state, given);
    const mode = kit.choice("mode", "what", [["clip", "clip"], ["truncate", "truncate"], ["cliff", "cliff"]], state.mode);
    return `<div class="ex-controls">${mode}${kit.button("reset", "as it was")}</div><div class="clip-sliders">${sliders}</div><div class="clip-picture">${picture}</div>${verdict}`;
  }

  return {
    clip, truncated, scaled, messages, fall, view,
    /** @returns {ClippingState} */
    initial: () => ({ mode: "clip", threshold: -0.5, window: 4, radius: 1, w: 1.5, limit: 1 }),
  };
})();
kit.start("clipping");
