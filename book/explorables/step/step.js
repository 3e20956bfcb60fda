/* The step of the difference: which step measures a derivative best, and what goes wrong beside it? */
"use strict";

/** @typedef {[number, number]} Complex real and imaginary part */
/** @typedef {{toy: Problem, i: number, j: number, exact: number, tolerance: number}} StepGiven */
/** @typedef {{way: "central" | "complex", precision: "double" | "single", exponent: number}} StepState */

explorables.step = (() => {
  const T = 3;

  /** Arithmetic with complex numbers in which each result is rounded by `r`. @param {(v: number) => number} r */
  function arithmetic(r) {
    const both = (/** @type {number} */ a, /** @type {number} */ b) => /** @type {Complex} */ ([r(a), r(b)]);
    const add = (/** @type {Complex} */ u, /** @type {Complex} */ v) => both(u[0] + v[0], u[1] + v[1]);
    const times = (/** @type {Complex} */ u, /** @type {Complex} */ v) => both(r(u[0] * v[0]) - r(u[1] * v[1]), r(u[0] * v[1]) + r(u[1] * v[0]));
    const exp = (/** @type {Complex} */ u) => both(Math.exp(u[0]) * Math.cos(u[1]), Math.exp(u[0]) * Math.sin(u[1]));
    const log = (/** @type {Complex} */ u) => both(Math.log(Math.hypot(...u)), Math.atan2(u[1], u[0]));
    const tanh = (/** @type {Complex} */ [a, b]) => {
      const below = Math.cosh(2 * a) + Math.cos(2 * b);
      return b ? both(Math.sinh(2 * a) / below, Math.sin(2 * b) / below) : both(Math.tanh(a), 0);
    };
    return { both, add, times, exp, log, tanh };
  }

  /** The loss with one entry of W_aa moved by a complex number. @param {Problem} p @param {number} i @param {number} j @param {Complex} by @param {boolean} single */
  function loss(p, i, j, by, single) {
    const r = single ? Math.fround : (/** @type {number} */ v) => v, { both, add, times, exp, log, tanh } = arithmetic(r);
    const real = (/** @type {number} */ v) => both(v, 0);
    const Waa = p.Waa.map((row, k) => row.map((v, l) => (k === i && l === j ? add(real(v), both(...by)) : real(v))));
    const product = (/** @type {Complex[][]} */ W, /** @type {Complex[]} */ v) => W.map((row) => row.reduce((s, e, k) => add(s, times(e, v[k])), real(0)));
    const turned = (/** @type {Mat} */ W) => W.map((row) => row.map(real));
    let a = p.a0.map(real), J = real(0);
    for (let t = 1; t <= T; t++) {
      const [fromX, fromA] = [product(turned(p.Wax), p.x[t - 1].map(real)), product(Waa, a)];
      a = p.ba.map((b, k) => tanh(add(add(fromX[k], fromA[k]), real(b))));
      const scores = product(turned(p.Wya), a).map((o, k) => add(o, real(p.by[k]))), top = Math.max(...scores.map(([v]) => v));
      const sum = scores.map(([v, w]) => exp(both(v - top, w))).reduce(add), right = scores[p.labels[t - 1]];
      J = add(J, add(add(log(sum), real(top)), both(-right[0], -right[1])));
    }
    return J;
  }

  /** A derivative measured with one step. @param {StepGiven} given @param {StepState} state */
  function measure({ toy, i, j, exact }, { way, precision, exponent }) {
    const single = precision === "single", r = single ? Math.fround : (/** @type {number} */ v) => v, eps = r(10 ** exponent);
    if (way === "complex") {
      const [J, slope] = loss(toy, i, j, [0, eps], single), value = r(slope / eps);
      return { up: J, down: J, taken: eps, slope, value, error: Math.abs(value / exact - 1) };
    }
    const w = r(toy.Waa[i][j]), [up] = loss(toy, i, j, [eps, 0], single), [down] = loss(toy, i, j, [-eps, 0], single);
    const taken = r(r(w + eps) - r(w - eps)), value = taken ? r(r(up - down) / taken) : 0; // a step that is lost measures nothing
    return { up, down, taken, slope: r(up - down), value, error: Math.abs(value / exact - 1) };
  }

  /* -- the picture -- */

  const { num, power } = kit, LOWEST = -30;
  /** @type {Map<string, [number, number][]>} */
  const curves = new Map();

  /** @param {StepGiven} given @param {StepState} state */
  function curve(given, state) {
    const key = `${state.way}, ${state.precision}`, floor = 1e-17;
    if (!curves.has(key)) curves.set(key, Array.from({ length: 1 - 4 * LOWEST }, (_, k) => LOWEST + k / 4).map((exponent) => [exponent, Math.log10(Math.max(floor, measure(given, { ...state, exponent }).error))]));
    return /** @type {[number, number][]} */ (curves.get(key));
  }

  /** A number whose leading digits, as far as another has them too, are marked. @param {number} v @param {number} other @param {number} digits @param {string} look */
  function shared(v, other, digits, look) {
    const [a, b] = [num(v, digits), num(other, digits)];
    let same = 0;
    while (same < a.length && a[same] === b[same]) same++;
    return `<code>${same > 1 ? `<span class="${look}">${a.slice(0, same)}</span>` : a.slice(0, same)}${a.slice(same)}</code>`;
  }

  /** A number with its power of ten, all digits. @param {number} v @param {number} digits */
  function whole(v, digits) {
    const [mantissa, exponent] = v.toExponential(digits).split("e");
    return `<code>${num(Number(mantissa), digits)}·${kit.tens(Number(exponent))}</code>`;
  }

  /** @param {StepState} state @param {StepGiven} given */
  function view(state, given) {
    const { way, precision, exponent } = state, found = measure(given, state), digits = precision === "double" ? 15 : 7;
    const others = /** @type {StepState[]} */ ([["central", "double"], ["central", "single"], ["complex", "double"], ["complex", "single"]].map(([a, b]) => ({ way: a, precision: b, exponent })));
    const decades = (/** @type {number[]} */ all) => all.map((e) => /** @type {[number, string]} */ ([e, kit.tens(e)]));
    const looks = ["blue", "green ex-dashed", "red", "violet ex-dotted"];
    const plot = kit.plot({
      w: 390, h: 230, x: [LOWEST, 0], y: [-17, 1], left: 44, label: `The relative error against the step, on two logarithmic axes. At the chosen step it is ${power(found.error)}.`, xname: "step", yname: "relative error",
      xs: decades([-30, -24, -18, -12, -6, 0]), ys: decades([-16, -12, -8, -4, 0]),
      lines: others.map((each, k) => ({ points: curve(given, each), class: `${looks[k]} ${each.way === way && each.precision === precision ? "step-now" : ""}` })),
      more: `<circle class="step-dot" cx="@x(${exponent})" cy="@y(${Math.log10(Math.max(1e-17, found.error)).toFixed(3)})" r="6"/>`,
    });
    const key = kit.key(others.map((each, k) => [looks[k], `${each.way}, ${each.precision}`]));
    const rows = way === "central"
      ? `<div><i>J</i> above</div><div>${shared(found.up, found.down, digits, "step-same")}</div><div><i>J</i> below</div><div>${shared(found.down, found.up, digits, "step-same")}</div><div>way between both</div><div>${whole(found.taken, digits - 3)}</div><div>difference / way</div><div><code>${num(found.value, digits)}</code></div>`
      : `<div>real part of <i>J</i></div><div><code>${num(found.up, digits)}</code></div><div>imaginary part</div><div>${whole(found.slope, digits)}</div><div>step</div><div>${whole(found.taken, digits)}</div><div>imaginary part / step</div><div><code>${num(found.value, digits)}</code></div>`;
    const table = `<div class="step-rows"><div>moved</div><div>${kit.sym("W", "aa")}, row ${given.i + 1}, column ${given.j + 1}, which is ${num(given.toy.Waa[given.i][given.j])}</div>${rows}<div>backward pass</div><div>${shared(given.exact, found.value, digits, "step-right")}</div></div>`;
    const [best, least] = curve(given, state).reduce((a, b) => (b[1] < a[1] ? b : a)), near = Math.log10(found.error) < least + 1;
    const known = `the least error of this curve is ${power(10 ** least)}, with a step of ${power(10 ** best)}`;
    const level = Math.max(...curve(given, state).filter(([e]) => e <= -10).map(([, e]) => e)), long = Math.log10(found.error) > level + 1; // the square of 1e-10 is below all rounding
    const kind = way === "complex" ? long ? `The step is long, and the term in its square has not died out yet: with ${kit.tens(-10)} or less, the error stays near ${power(10 ** level)}.` : "Nothing is subtracted, so a shorter step is never worse, but for rounding in the last digits."
      : !found.taken || !found.slope ? "The step is lost beside the number that it moves: nothing is left to divide." : near ? `Near here the two errors meet: ${known}.` : exponent < best ? `Rounding dominates: most digits cancel in the difference, and the division makes what is left of their error large; ${known}.` : `Truncation dominates: the loss is not a straight line over so long a step; ${known}.`;
    const controls = `<div class="ex-controls">${kit.choice("way", "difference", [["central", "central"], ["complex", "complex step"]], way)}${kit.choice("precision", "precision", [["double", "double"], ["single", "single"]], precision)}${kit.button("reset", "as it was")}</div>${kit.slider("exponent", "step", exponent, LOWEST, 0, 0.25, power(10 ** exponent))}`;
    return `${controls}${table}${plot}${key}${kit.verdict(found.error <= given.tolerance, `Step ${power(10 ** exponent)}: relative error ${power(found.error)}. ${kind}`)}`;
  }

  return {
    loss, measure, view,
    /** @returns {StepState} */
    initial: () => ({ way: "central", precision: "double", exponent: -5 }),
  };
})();
kit.start("step");
