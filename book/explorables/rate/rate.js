/* The learning rate: how long may a step against the gradient be? */
"use strict";

/** @typedef {{toy: Problem, epochs: number}} RateGiven */
/** @typedef {{exponent: number, target: string}} RateState the exponent of the rate, and the class of each step */

explorables.rate = (() => {
  const T = 3, LOW = -2, HIGH = 0.5;
  const slopes = (/** @type {Problem} */ p) => network.backward(p, T).gradients;

  /** The toy with the classes that the reader chose. @param {RateGiven} given @param {RateState} state */
  const problem = (given, state) => ({ ...given.toy, labels: state.target.split(" ").map(Number) });

  /** The loss before the first epoch and after each, and the fall in one by the first-order formula. @param {RateGiven} given @param {RateState} state */
  function descent(given, state) {
    const p = problem(given, state), rate = 10 ** state.exponent, g = slopes(p);
    const square = ["dWax", "dWaa", "dWya", "dba", "dby"].reduce((sum, name) => sum + network.flat(g[name]).reduce((s, v) => s + v * v, 0), 0);
    return { losses: network.train(p, T, slopes, rate, given.epochs), fall: rate * square };
  }

  /* -- the picture -- */

  const { num } = kit, TARGETS = Array.from({ length: 8 }, (_, k) => [...k.toString(2).padStart(3, "0")].join(" "));
  const log = (/** @type {number} */ v) => Math.log10(Math.max(v, 1e-300));
  const few = (/** @type {number} */ v) => num(v, v < 0.0995 ? 3 : 2);
  const small = (/** @type {number} */ v) => (v < 5e-4 ? kit.power(v) : few(v));
  /** @type {Map<string, [number, number, number][]>} */
  const curves = new Map();

  /** For rates from end to end, the loss after one step, and that of the formula. @param {RateGiven} given @param {RateState} state */
  function curve(given, state) {
    const key = state.target, one = { ...given, epochs: 1 };
    if (!curves.has(key)) curves.set(key, Array.from({ length: 101 }, (_, k) => LOW + (k * (HIGH - LOW)) / 100).map((exponent) => {
      const { losses, fall } = descent(one, { ...state, exponent });
      return [exponent, losses[1], losses[0] - fall];
    }));
    return /** @type {[number, number, number][]} */ (curves.get(key));
  }

  /** @param {RateState} state @param {RateGiven} given */
  function view(state, given) {
    const { exponent, target } = state, { losses, fall } = descent(given, state), rate = few(10 ** exponent);
    const [before, after] = losses, last = losses[losses.length - 1], rises = losses.flatMap((v, k) => (k && v > losses[k - 1] ? [k] : []));
    const line = curve(given, state), most = 1.1 * Math.max(before, ...line.map(([, v]) => v));
    const told = line.filter(([, , v]) => v >= 0), rates = /** @type {[number, string][]} */ ([[-2, "0.01"], [-1, "0.1"], [0, "1"]]);
    const step = most > 3 ? 1 : 0.5;
    const one = kit.plot({
      w: 300, h: 220, x: [LOW, HIGH], y: [0, most], left: 30, xname: "learning rate, on a logarithmic axis", yname: "loss after one step, in nats", xs: rates,
      label: `The loss after one step against the learning rate: ${small(after)} at the chosen one, ${num(before)} without a step`,
      ys: Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => [k * step, num(k * step, step < 1 ? 1 : 0)]),
      lines: [
        { points: [[LOW, before], [HIGH, before]], class: "grey ex-dotted" },
        { points: told.map(([x, , v]) => [x, v]), class: "green ex-dashed" },
        { points: line.map(([x, v]) => [x, v]), class: "blue" },
      ],
      more: `<circle class="rate-dot" cx="@x(${exponent})" cy="@y(${after})" r="6"/>`,
    });
    const powers = [-4, -3, -2, -1, 0, 1, 2];
    const all = kit.plot({
      w: 300, h: 220, x: [0, given.epochs], y: [-4, 2], left: 34, xname: "epoch", yname: "loss, in nats",
      label: `The loss from ${num(before)} to ${small(last)} over ${given.epochs} epochs, on a logarithmic scale`,
      xs: [0, 2, 4, 6, 8, 10].map((k) => [k, `${k}`]), ys: powers.map((k) => [k, k < -1 ? kit.tens(k) : `${10 ** k}`]),
      lines: [
        { points: [[0, log(before)], [given.epochs, log(before)]], class: "grey ex-dotted" },
        { points: losses.map((v, k) => [k, log(v)]), class: "blue" },
      ],
      more: losses.map((v, k) => `<circle class="rate-dot" cx="@x(${k})" cy="@y(${log(v)})" r="3.5"/>`).join(""),
    });
    const key = kit.key([["blue", "the loss"], ["green ex-dashed", "the first-order formula"], ["grey ex-dotted", "the loss before the first step"]]);
    const controls = `<div class="ex-controls">${kit.select("target", "classes of the three steps", TARGETS.map((each, k) => [each, each.replaceAll(" ", ", ") + (k ? "" : " (the toy)")]), target)}${kit.button("reset", "as it was")}</div>${kit.slider("exponent", "learning rate", exponent, LOW, HIGH, 0.01, rate)}`;
    const first = `The formula says that one step lowers the loss by ${few(fall)}${fall > before ? ", which is more than there is" : ""}; it ${after < before ? "falls" : "rises"} by ${few(Math.abs(before - after))}.`;
    const when = `In ${rises.length > 1 ? "epochs" : "epoch"} ${rises.join(", ").replace(/, (\d+)$/, " and $1")} the loss rises`;
    const then = !rises.length ? `The loss falls in each of the ${given.epochs} epochs, to ${small(last)}.`
      : last < before ? `${when}; after ${given.epochs} epochs it is ${small(last)}, below where it began.`
        : `${when}; after ${given.epochs} epochs it is ${small(last)}, above where it began: this rate is too large.`;
    return `${controls}<div class="rate-plots">${one}${all}</div>${key}${kit.verdict(last < before, `<b>Rate ${rate}.</b> ${first} ${then}`)}`;
  }

  return {
    TARGETS, descent, view,
    /** @returns {RateState} */
    initial: () => ({ exponent: -1, target: "1 0 0" }),
  };
})();
kit.start("rate");
