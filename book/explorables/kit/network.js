/* The network of the book for one example, forward and back: arithmetic that several explorables share.
   It knows no page. The tests run it beside the module. Every rule of the backward pass can be replaced by another. */
"use strict";

/** @typedef {number[]} Vec */
/** @typedef {number[][]} Mat */
/** @typedef {Record<string, Vec | Mat>} Gradients */
/** @typedef {{Wax: Mat, Waa: Mat, Wya: Mat, ba: Vec, by: Vec, x: Mat, labels: Vec, a0: Vec}} Problem */
/** @typedef {{error: Vec, own: Vec, carried: Vec, da: Vec, dz: Vec, dx: Vec, dWaa: Mat}} Step */
/**
 * What a backward pass does at each place; `a` is the new state, `before` the old one.
 * @typedef {{
 *   error: (y: Vec, label: number, T: number) => Vec,
 *   arrive: (own: Vec, carried: Vec, last: boolean) => Vec,
 *   slope: (a: Vec, before: Vec) => Vec,
 *   copy: (dz: Vec, before: Vec, a: Vec) => Mat,
 *   total: (sum: Mat, copy: Mat) => Mat,
 *   back: (Waa: Mat, dz: Vec) => Vec,
 *   keep: (handed: Vec, carry: Vec) => Vec,
 * }} Rules
 */

const network = (() => {
  /** @param {Vec} u @param {Vec} v */
  const add = (u, v) => u.map((e, i) => e + v[i]);
  /** @param {Mat} A @param {Mat} B */
  const plus = (A, B) => A.map((row, i) => add(row, B[i]));
  /** @param {Vec} u @param {Vec} v */
  const dot = (u, v) => u.reduce((sum, e, i) => sum + e * v[i], 0);
  /** @param {Mat} W @param {Vec} v */
  const times = (W, v) => W.map((row) => dot(row, v));
  /** @param {Mat} W */
  const transposed = (W) => W[0].map((_, j) => W.map((row) => row[j]));
  /** @param {Vec} u @param {Vec} v */
  const outer = (u, v) => u.map((e) => v.map((f) => e * f));
  /** @param {number} n */
  const zeros = (n) => /** @type {Vec} */ (Array(n).fill(0));
  /** @param {Vec | Mat} A @returns {Vec} */
  const flat = (A) => /** @type {Vec} */ (A.flat());

  /** @type {Rules} */
  const RULES = {
    error: (y, label) => y.map((v, i) => v - Number(i === label)),
    arrive: add,
    slope: (a) => a.map((v) => 1 - v * v),
    copy: (dz, before) => outer(dz, before),
    total: plus,
    back: (Waa, dz) => times(transposed(Waa), dz),
    keep: (handed) => handed,
  };

  /** Run forward over the first T steps. @param {Problem} p @param {number} T */
  function forward(p, T) {
    const z = [p.a0], a = [p.a0], o = [p.by], y = [p.by], losses = [0];
    for (let t = 1; t <= T; t++) {
      z.push(add(add(times(p.Wax, p.x[t - 1]), times(p.Waa, a[t - 1])), p.ba));
      a.push(z[t].map(Math.tanh));
      o.push(add(times(p.Wya, a[t]), p.by));
      const top = Math.max(...o[t]), e = o[t].map((v) => Math.exp(v - top));
      const sum = e.reduce((s, v) => s + v);
      y.push(e.map((v) => v / sum));
      losses.push(top + Math.log(sum) - o[t][p.labels[t - 1]]);
    }
    return { z, a, o, y, losses, J: losses.reduce((s, v) => s + v) };
  }

  /**
   * Go back over the first T steps, by the book's rules but for those given.
   * `off` names arrows that bring nothing: error, own, slope or carry, each with its step.
   * @param {Problem} p @param {number} T @param {Partial<Rules>} rules @param {string[]} off
   */
  function backward(p, T, rules = {}, off = []) {
    const rule = { ...RULES, ...rules }, { a, y, J } = forward(p, T);
    /** @param {string} arrow @param {Vec} v */
    const cut = (arrow, v) => (off.includes(arrow) ? zeros(v.length) : v);
    /** @type {Step[]} */
    const steps = [];
    /** @param {Mat} like */
    const nothing = (like) => like.map((row) => zeros(row.length));
    let carry = zeros(p.a0.length), dWax = nothing(p.Wax), dWaa = nothing(p.Waa), dWya = nothing(p.Wya);
    let dba = zeros(p.ba.length), dby = zeros(p.by.length);
    for (let t = T; t >= 1; t--) {
      const error = cut(`error${t}`, rule.error(y[t], p.labels[t - 1], T));
      const own = cut(`own${t}`, times(transposed(p.Wya), error));
      const da = rule.arrive(own, carry, t === T), slope = rule.slope(a[t], a[t - 1]);
      const dz = cut(`slope${t}`, da.map((v, i) => v * slope[i]));
      const copy = rule.copy(dz, a[t - 1], a[t]);
      steps[t] = { error, own, carried: carry, da, dz, dx: times(transposed(p.Wax), dz), dWaa: copy };
      dWya = plus(dWya, outer(error, a[t]));
      dby = add(dby, error);
      dWax = plus(dWax, outer(dz, p.x[t - 1]));
      dWaa = rule.total(dWaa, copy);
      dba = add(dba, dz);
      carry = rule.keep(cut(`carry${t - 1}`, rule.back(p.Waa, dz)), carry);
    }
    const dx = steps.slice(1).map((step) => step.dx);
    return { J, steps, gradients: /** @type {Gradients} */ ({ dWax, dWaa, dWya, dba, dby, dx, da0: carry }) };
  }

  /**
   * The same problem with one entry moved; a vector has the single column 0, and x a row for each step.
   * @param {Problem} p @param {string} name @param {number} i @param {number} j @param {number} by @returns {Problem}
   */
  function moved(p, name, i, j, by) {
    const whole = /** @type {Record<string, Vec | Mat>} */ (/** @type {unknown} */ (p))[name];
    const fresh = whole.map((row, k) => {
      if (k !== i) return row;
      return Array.isArray(row) ? row.map((e, l) => (l === j ? e + by : e)) : row + by;
    });
    return { ...p, [name]: fresh };
  }

  /**
   * The central difference of the loss for one entry: it knows the forward pass, and no chain rule.
   * @param {Problem} p @param {number} T @param {string} name @param {number} i @param {number} j
   */
  function difference(p, T, name, i, j, eps = 1e-5) {
    return (forward(moved(p, name, i, j, eps), T).J - forward(moved(p, name, i, j, -eps), T).J) / (2 * eps);
  }

  /** Central differences for every entry of those named. @param {Problem} p @param {number} T @param {(keyof Problem)[]} names */
  function measured(p, T, names) {
    /** @type {Gradients} */
    const found = {};
    for (const name of names) {
      const rows = p[name].map((row, i) => (Array.isArray(row) ? row.map((_, j) => difference(p, T, name, i, j)) : difference(p, T, name, i, 0)));
      found[`d${name}`] = /** @type {Vec | Mat} */ (rows);
    }
    return found;
  }

  /** The largest difference of two gradients, in relation to the largest entry. @param {Vec | Mat} A @param {Vec | Mat} B */
  function relativeError(A, B) {
    const u = flat(A), v = flat(B), scale = Math.max(...u.map(Math.abs), ...v.map(Math.abs));
    return scale ? Math.max(...u.map((e, i) => Math.abs(e - v[i]))) / scale : 0;
  }

  /**
   * The losses of gradient descent with the gradients of `slopes`, before the first epoch and after each.
   * @param {Problem} p @param {number} T @param {(p: Problem) => Gradients} slopes @param {number} rate @param {number} epochs
   */
  function train(p, T, slopes, rate, epochs) {
    const losses = [forward(p, T).J];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const g = slopes(p), down = (/** @type {Vec} */ u, /** @type {Vec} */ v) => u.map((e, i) => e - rate * v[i]);
      const matrix = (/** @type {"Wax" | "Waa" | "Wya"} */ name) => p[name].map((row, i) => down(row, /** @type {Mat} */ (g[`d${name}`])[i]));
      p = { ...p, Wax: matrix("Wax"), Waa: matrix("Waa"), Wya: matrix("Wya"), ba: down(p.ba, /** @type {Vec} */ (g.dba)), by: down(p.by, /** @type {Vec} */ (g.dby)) };
      losses.push(forward(p, T).J);
    }
    return losses;
  }

  return { add, plus, dot, times, transposed, outer, zeros, flat, forward, backward, moved, difference, measured, relativeError, train };
})();
