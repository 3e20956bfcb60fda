/* The network of the book for one example, forward and back: arithmetic that several explorables share.
   It knows no page. The tests run it beside the module. Every rule of the backward pass can be replaced by another. */
"use strict";

/** @type {Network} */
const network = {
  add: (u, v) => u.map((e, i) => e + v[i]),
  plus: (A, B) => A.map((row, i) => network.add(row, B[i])),
  dot: (u, v) => u.reduce((sum, e, i) => sum + e * v[i], 0),
  times: (W, v) => W.map((row) => network.dot(row, v)),
  transposed: (W) => W[0].map((_, j) => W.map((row) => row[j])),
  outer: (u, v) => u.map((e) => v.map((f) => e * f)),
  zeros: (n) => Array(n).fill(0),
  flat: (A) => /** @type {Vec} */ (A.flat()),

  /** Run forward over the first T steps. */
  forward(p, T) {
    const { add, times } = network, z = [p.a0], a = [p.a0], o = [p.by], y = [p.by], losses = [0];
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
  },

  /** The rules of the book. */
  rules: {
    error: (y, label) => y.map((v, i) => v - Number(i === label)),
    arrive: (own, carried) => network.add(own, carried),
    slope: (a) => a.map((v) => 1 - v * v),
    copy: (dz, before) => network.outer(dz, before),
    total: (sum, copy) => network.plus(sum, copy),
    back: (Waa, dz) => network.times(network.transposed(Waa), dz),
    keep: (handed) => handed,
  },

  /** Go back over the first T steps, by the book's rules but for those given. */
  backward(p, T, rules = {}, off = []) {
    const rule = { ...network.rules, ...rules }, { add, plus, times, transposed, outer, zeros } = network, { a, y, J } = network.forward(p, T);
    const cut = (/** @type {string} */ arrow, /** @type {Vec} */ v) => (off.includes(arrow) ? zeros(v.length) : v);
    const nothing = (/** @type {Mat} */ like) => like.map((row) => zeros(row.length));
    let carry = zeros(p.a0.length), dWax = nothing(p.Wax), dWaa = nothing(p.Waa), dWya = nothing(p.Wya);
    let dba = zeros(p.ba.length), dby = zeros(p.by.length);
    /** @type {Step[]} */
    const steps = [];
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
    return { J, steps, gradients: { dWax, dWaa, dWya, dba, dby, dx: steps.slice(1).map(({ dx }) => dx), da0: carry } };
  },

  /** The same problem with one entry moved. */
  moved(p, name, i, j, by) {
    const fresh = p[name].map((row, k) => {
      if (k !== i) return row;
      return Array.isArray(row) ? row.map((e, l) => (l === j ? e + by : e)) : row + by;
    });
    return { ...p, [name]: fresh };
  },

  /** Gradient descent. */
  train(p, T, slopes, rate, epochs) {
    /** @type {(W: any, dW: any) => any} */
    const down = (W, dW) => (Array.isArray(W) ? W.map((row, i) => down(row, dW[i])) : W - rate * dW);
    const losses = [network.forward(p, T).J];
    for (let epoch = 0; epoch < epochs; epoch++) {
      const g = slopes(p), { Wax, Waa, Wya, ba, by } = p;
      p = { ...p, Wax: down(Wax, g.dWax), Waa: down(Waa, g.dWaa), Wya: down(Wya, g.dWya), ba: down(ba, g.dba), by: down(by, g.dby) };
      losses.push(network.forward(p, T).J);
    }
    return losses;
  },
};
