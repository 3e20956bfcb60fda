/* What goes into the functions of the kit and of the network, and what comes out: for the TypeScript checker. No page
   loads this file. */

type Vec = number[];
type Mat = number[][];
type Gradients = Record<string, Vec | Mat>;
/** One example: x has a row for each step. */
type Problem = { Wax: Mat; Waa: Mat; Wya: Mat; ba: Vec; by: Vec; x: Mat; labels: Vec; a0: Vec };
type Step = { error: Vec; own: Vec; carried: Vec; da: Vec; dz: Vec; dx: Vec; dWaa: Mat };

/** What a backward pass does at each place; `a` is the new state, `before` the old one. */
interface Rules {
  error: (y: Vec, label: number, T: number) => Vec;
  arrive: (own: Vec, carried: Vec, last: boolean) => Vec;
  slope: (a: Vec, before: Vec) => Vec;
  copy: (dz: Vec, before: Vec, a: Vec) => Mat;
  total: (sum: Mat, copy: Mat) => Mat;
  back: (Waa: Mat, dz: Vec) => Vec;
  keep: (handed: Vec, carry: Vec) => Vec;
}

interface Network {
  add: (u: Vec, v: Vec) => Vec;
  plus: (A: Mat, B: Mat) => Mat;
  dot: (u: Vec, v: Vec) => number;
  times: (W: Mat, v: Vec) => Vec;
  transposed: (W: Mat) => Mat;
  outer: (u: Vec, v: Vec) => Mat;
  zeros: (n: number) => Vec;
  flat: (A: Vec | Mat) => Vec;
  /** The losses have a place for each step, from 1. */
  forward: (p: Problem, T: number) => { z: Mat; a: Mat; o: Mat; y: Mat; losses: Vec; J: number };
  rules: Rules;
  /** `off` names arrows that bring nothing: error, own, slope or carry, each with its step. */
  backward: (p: Problem, T: number, rules?: Partial<Rules>, off?: string[]) => { J: number; steps: Step[]; gradients: Gradients };
  /** A vector has the single column 0. */
  moved: (p: Problem, name: keyof Problem, i: number, j: number, by: number) => Problem;
  /** The losses before the first epoch, and after each, with the gradients of `slopes`. */
  train: (p: Problem, T: number, slopes: (p: Problem) => Gradients, rate: number, epochs: number) => number[];
}

/** A plain object; each explorable knows its own. */
type State = any;
type Change = (change: (state: State) => void) => void;
interface Explorable {
  /** `before` is what the state was, if it is asked for again. */
  initial: (given: any, before?: State) => State;
  view: (state: State, given: any) => string;
  act?: (state: State, key: string, value: any, given: any) => void;
  begin?: (box: HTMLElement, change: Change, given: any) => void;
  [more: string]: any;
}

/** Ticks are pairs of a value and its text; in `more`, `@x(…)` and `@y(…)` stand for places on the axes. */
type Plot = {
  w: number; h: number; x: number[]; y: number[]; left?: number; label: string; xname: string; yname: string;
  xs: [number, string][]; ys: [number, string][]; lines: { points: [number, number][]; class: string }[]; more?: string;
};

interface Kit {
  num: (v: number, digits?: number) => string;
  tens: (exponent: number) => string;
  power: (v: number) => string;
  esc: (text: string) => string;
  sym: (letter: string, index: string | number, top?: string) => string;
  drawn: (letter: string, index: string | number, top?: string) => string;
  tint: (v: number, limit: number) => string;
  rows: (A: Vec | Mat) => Mat;
  /** With `pick` each entry is a button that says `pick`, with its place. */
  matrix: (A: Vec | Mat, how: { label: string; limit: number; digits?: number; pick?: string; picked?: string }) => string;
  slider: (key: string, name: string, value: number, min: number, max: number, step: number, said: string) => string;
  choice: (key: string, name: string, options: [string | number, string][], value: string | number) => string;
  button: (key: string, said: string, value?: string | number, more?: string) => string;
  select: (key: string, name: string, options: [string, string][], value: string) => string;
  /** A look is the class of a line in the plot: a colour, perhaps ex-dashed or ex-dotted. */
  key: (lines: [string, string][]) => string;
  verdict: (right: boolean, html: string) => string;
  line: (from: Vec, to: Vec) => { path: string; head: string };
  plot: (plot: Plot) => string;
  follow: (old: ChildNode, fresh: ChildNode) => void;
  rove: (box: Element) => void;
  start: (name: string) => void;
}
