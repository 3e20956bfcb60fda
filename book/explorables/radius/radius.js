/* Spectral radius and saturation: how much of the gradient arrives, the farther back the less? */
"use strict";

/** @typedef {{Wax: Mat, Waa: Mat, Wya: Mat, norm: number, x: Mat}} RadiusGiven */
/** @typedef {{radius: number, size: number}} RadiusState the size is a power of ten */

explorables.radius = (() => {
  const { add, times, transposed } = network;
  const long = (/** @type {Vec} */ v) => Math.sqrt(v.reduce((s, e) => s + e * e, 0));

  /** The length of the gradient at each lag, relative to the last state's, with its bounds. @param {RadiusGiven} given @param {RadiusState} state */
  function message({ Wax, Waa, Wya, norm, x }, { radius, size }) {
    const W = Waa.map((row) => row.map((v) => v * radius)), back = transposed(W), a = [network.zeros(Waa.length)];
    for (const each of x) a.push(add(times(Wax, each.map((v) => v * 10 ** size)), times(W, a[a.length - 1])).map(Math.tanh));
    const scores = times(Wya, a[x.length]), top = Math.max(...scores), e = scores.map((v) => Math.exp(v - top)), sum = e.reduce((s, v) => s + v);
    let da = times(transposed(Wya), e.map((v, i) => v / sum - Number(i === 0)));
    const first = long(da), lengths = [1], bounds = [1], means = a.slice(1).map((each) => each.reduce((s, v) => s + 1 - v * v, 0) / each.length);
    for (let t = x.length; t > 1; t--) {
      const slopes = a[t].map((v) => 1 - v * v);
      da = times(back, da.map((v, i) => v * slopes[i]));
      lengths.push(long(da) / first);
      bounds.push(bounds[bounds.length - 1] * radius * norm * Math.max(...slopes));
    }
    return { lengths, bounds, means, mean: means.reduce((s, v) => s + v) / means.length };
  }

  /* -- the picture -- */

  const { num, power } = kit;
  /** A number in its shortest form. @param {number} v */
  const few = (v) => (v >= 0.01 && v < 1000 ? num(v, v < 0.1 ? 3 : v < 1 ? 2 : v < 10 ? 1 : 0) : power(v));
  const log = (/** @type {number} */ v) => Math.log10(Math.max(v, 1e-300));

  /** @param {RadiusState} state @param {RadiusGiven} given */
  function view(state, given) {
    const { radius, size } = state, { lengths, bounds, means, mean } = message(given, state), lag = lengths.length - 1, end = lengths[lag];
    const line = (/** @type {(k: number) => number} */ f) => lengths.map((_, k) => /** @type {[number, number]} */ ([k, f(k)])).filter(([, v]) => Math.abs(v) <= 12); // no line along an edge
    const plot = kit.plot({
      w: 390, h: 240, x: [0, lag], y: [-12, 12], left: 40, xname: "steps back", yname: "length of the gradient, relative to the last state’s",
      label: `The length of the gradient against the steps back, on a logarithmic scale: after ${lag} steps ${few(end)}`,
      xs: [0, 10, 20, 30, 40].map((k) => [k, `${k}`]), ys: [-12, -8, -4, 0, 4, 8, 12].map((k) => [k, kit.tens(k)]),
      lines: [
        { points: line((k) => log(bounds[k])), class: "violet radius-bound" },
        { points: line((k) => k * log(radius * given.norm)), class: "grey ex-dotted" },
        { points: line((k) => k * log(radius)), class: "green ex-dashed" },
        { points: line((k) => log(lengths[k])), class: "blue radius-found" },
      ],
    });
    const strip = `<svg class="ex-plot" viewBox="0 0 390 42" role="img" aria-label="The mean slope of tanh at each step, from ${num(means[0])} at the first to ${num(means[means.length - 1])} at the last"><text x="40" y="10">mean slope of tanh at each step back</text><path class="ex-grid" d="M40 16H382M40 38H382"/><text x="36" y="20" text-anchor="end">1</text><text x="36" y="41" text-anchor="end">0</text>${[...means].reverse().map((v, k) => `<rect class="radius-slope" x="${(40 + (k * 342) / means.length).toFixed(1)}" y="${(38 - 22 * v).toFixed(1)}" width="6.5" height="${(22 * v).toFixed(1)}"/>`).join("")}</svg>`;
    const key = kit.key([["blue", "the gradient"], ["green ex-dashed", "radius<sup>steps</sup>: all slopes one"], ["violet", "bound with the largest slopes"], ["grey ex-dotted", "bound without slopes"]]);
    const controls = `${kit.slider("radius", "spectral radius", radius, 0.3, 1.6, 0.01, num(radius))}${kit.slider("size", "size of inputs", size, -12, 0.5, 0.05, few(10 ** size))}<div class="ex-controls">${kit.button("both", "0.9, small inputs", "0.9,-12")}${kit.button("both", "1.5, small inputs", "1.5,-12")}${kit.button("both", "1.5, large inputs", "1.5,0.5")}${kit.button("reset", "as it was")}</div>`;
    const kind = end < 1e-3 ? "It vanishes" : end > 1e3 ? "It explodes" : "It lives", alone = radius ** lag, norm = radius * given.norm;
    const why = Math.abs(log(end / alone)) < 1 ? `The spectral radius alone says ${few(alone)}, and the slopes, ${num(mean)} on average, change little.` : `The spectral radius alone says ${few(alone)}; slopes of ${num(mean)} on average, step after step, make the difference.`;
    const bound = norm < 1 ? `The norm of the matrix is ${num(norm)}, so at most ${few(norm ** lag)} can be left.` : `The norm of the matrix is ${num(norm)}: a bound that grows forbids nothing.`;
    return `${controls}${plot}${key}${strip}${kit.verdict(end >= 1e-3 && end <= 1e3, `<b>${kind}:</b> after ${lag} steps, its length is ${few(end)} times that at the last state. ${why} ${bound}`)}`;
  }

  return {
    message, view,
    /** @returns {RadiusState} */
    initial: () => ({ radius: 0.9, size: -12 }),
    /** @param {RadiusState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key === "both") [state.radius, state.size] = String(value).split(",").map(Number);
      else Object.assign(state, { [key]: value });
    },
  };
})();
kit.start("radius");
