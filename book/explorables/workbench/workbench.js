/* The workbench: which check notices what a reader does to the lines of the backward pass? Nothing is fetched before
   it is asked for; then the parts come one by one, as scripts, so that it works from a folder too. */
"use strict";

/** @typedef {{text: string, fragments: [string, string, string][], mistakes: Record<string, [string, string][]>, starts: Record<string, string>, tolerance: number, sizes: string, parts: [string, number][]}} BenchGiven */
/** @typedef {{rows: [string, ...(number | string | null)[]][], losses: number[], right: number[], noticed: Record<string, boolean>}} Judged */
/** @typedef {{phase: "idle" | "loading" | "starting" | "running" | "ready", loaded: number, begin: string, judged: Judged | null, error: string, line: number, stale: boolean, seconds: number, first: boolean, printed: string, more: number}} BenchState */

explorables.workbench = (() => {
  const { num, power, esc } = kit, OWN = "your own text";

  /** The text with the lines of a mistake. @param {BenchGiven} given @param {string} name */
  const spoilt = ({ text, mistakes }, name) => (mistakes[name] ?? []).reduce((all, [right, wrong]) => all.replace(right, () => wrong), text);

  /** The lines that a mistake has changed, from 1. @param {BenchGiven} given @param {string} name */
  const lines = (given, name) => {
    const right = given.text.split("\n");
    return spoilt(given, name).split("\n").flatMap((line, k) => (line === right[k] ? [] : [k + 1]));
  };

  /** The line below a fragment's name, from 1. @param {string} text @param {string} name */
  const below = (text, name) => {
    const at = text.split("\n").findIndex((line) => line.includes(`<<${name}>>`));
    return at < 0 ? 0 : at + 2;
  };

  /** The request in the address of a page: a mistake to begin with, and the line to be shown. @param {BenchGiven} given @param {string} hash */
  function asked(given, hash) {
    const id = hash.replace("#", ""), name = Object.keys(given.starts).find((each) => given.starts[each] === id) ?? "";
    return given.mistakes[name] ? { begin: name, line: lines(given, name)[0] } : { begin: "", line: name ? below(given.text, name) : 0 };
  }

  /** The text, in which each line that a link can ask for has its id; one line is marked. @param {BenchGiven} given @param {string} begin @param {number} marked */
  function listing(given, begin, marked) {
    const at = Object.values(given.starts).map((id) => /** @type {[number, string]} */ ([asked(given, id).line, id]));
    return spoilt(given, begin).split("\n").map((line, k) => at.filter(([n]) => n === k + 1).reduce((html, [, id]) => `<span id="${id}">${html}</span>`, k + 1 === marked ? `<mark>${esc(line)}</mark>` : esc(line))).join("\n");
  }

  /** @param {number} bytes */
  const mega = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  /** @param {BenchGiven} given */
  const weight = ({ parts }) => parts.reduce((sum, [, bytes]) => sum + bytes, 0);

  /* -- the picture -- */

  const CHECKS = ["the falling loss", "central differences", "the complex step", "the module"];
  const ROWS = ["dWax", "dWaa", "dWya", "dba", "dby", "dx", "da0", "J"];

  /** The errors, or dashes before there are any. @param {Judged | null} judged @param {BenchGiven} given */
  function table(judged, { tolerance, sizes }) {
    const cell = (/** @type {number | string | null} */ v) => {
      const right = Number(v) <= tolerance;
      return `<td class="${right ? "ex-right" : "ex-wrong"}">${right ? "✓" : "✗"} ${typeof v === "string" ? esc(v) : power(Number(v))}</td>`;
    };
    const body = ROWS.map((name, i) => {
      const errors = judged?.rows[i].slice(1) ?? [];
      return `<tr><th scope="row"><code>${name}</code></th>${[0, 1, 2].map((k) => (name === "J" && k < 2 ? "<td></td>" : judged ? cell(errors[k]) : "<td>–</td>")).join("")}</tr>`;
    });
    const heads = ["central differences", "complex step", "the module"].map((head) => `<th scope="col">${head}</th>`);
    const who = CHECKS.map((name) => {
      const yes = judged?.noticed[name];
      return `<li class="${yes ? "ex-wrong" : ""}">${yes ? "●" : "○"} ${name}${judged ? (yes ? ": a mistake noticed" : ": nothing noticed") : ""}</li>`;
    });
    return `<div class="bench-scroll"><table class="bench-table"><caption>relative errors, right below ${power(tolerance).replace("1.0·", "")}, on a problem of<br>${sizes}</caption><thead><tr><td></td>${heads.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div><ul class="bench-who">${who.join("")}</ul>`;
  }

  /** The losses on the toy. @param {Judged | null} judged */
  function curve(judged) {
    const { losses, right } = judged ?? { losses: [1], right: [1] }, n = losses.length - 1 || 10, top = Math.max(...right, ...losses.filter(Number.isFinite)), points = (/** @type {number[]} */ l) => l.map((v, k) => /** @type {[number, number]} */ ([k, Number.isFinite(v) ? v : top]));
    return kit.plot({ w: 250, h: 150, x: [0, n], y: [0, top * 1.02], left: 30, label: judged ? `The loss on the toy in ${n} epochs: your text ends at ${num(losses[n], 3)}, the module at ${num(right[n], 3)}` : "The losses will be drawn here", xs: [[0, "0"], [n / 2, `${n / 2}`], [n, `${n}`]], ys: [[0, "0"], [top, judged ? num(top, 1) : ""]], xname: "epoch", yname: "loss on the toy, one example", lines: judged ? [{ points: points(right), class: "blue" }, { points: points(losses), class: "red ex-dashed" }] : [] });
  }

  /** @param {BenchState} state @param {BenchGiven} given */
  function verdict(state, given) {
    const { phase, begin, judged, error, line, stale, loaded, seconds, first } = state;
    if (phase === "loading") return kit.verdict(true, `Fetching: ${mega(loaded)} of ${mega(weight(given))}.`);
    if (phase === "starting") return kit.verdict(true, "Starting Python, which may take half a minute.");
    if (phase === "running") return kit.verdict(true, "Checking.");
    const old = stale ? "Of the text before your last change: " : "";
    if (error) return kit.verdict(false, `${old}<b>${line ? `Line ${line}: ` : ""}${esc(error)}</b>`);
    if (!judged) return kit.verdict(true, phase === "ready" ? "This text has not been run." : `Nothing has been run. A click into the lines, or Enter on them, fetches an editor, ${mega(given.parts[0]?.[1] ?? 0)}; <i>Run</i> fetches Python, NumPy and the module too, ${mega(weight(given))} in all, from this site alone.`);
    const who = Object.entries(judged.noticed).filter(([, yes]) => yes).map(([name]) => name);
    const words = who.length ? `Noticed by ${who.join(", ").replace(/, ([^,]*)$/, " and $1")}.` : "No check notices a mistake.";
    const hint = who.length || !given.mistakes[begin] || stale ? "" : " It is one that this problem does not show; <a href=\"would-you-notice.html\">Would you notice?</a> says why.";
    const loss = judged.noticed["the falling loss"] || !who.length ? "" : ` The loss falls all the same, to ${num(judged.losses[judged.losses.length - 1], 3)}.`;
    return kit.verdict(!who.length, `${old}<b>${words}</b>${hint}${loss} It took ${num(seconds, 1)} s${first ? ", most of it to start Python" : ""}.`);
  }

  /** @param {BenchState} state @param {BenchGiven} given */
  function view(state, given) {
    const { phase, begin, judged, loaded } = state, busy = phase !== "idle" && phase !== "ready";
    const controls = `<div class="ex-controls">${kit.select("begin", "begin with", [["", "the right lines"], .../** @type {[string, string][]} */ (Object.keys(given.mistakes).map((name) => [name, name])), ...(begin === OWN ? [/** @type {[string, string]} */ ([OWN, OWN])] : [])], begin)}${kit.button("run", phase === "idle" ? `Run (fetches ${mega(weight(given))})` : "Run", "", `aria-disabled="${busy}"`)}${kit.button("stop", "Stop", "", `aria-disabled="${!busy}"`)}${kit.button("again", "the right lines again")}</div><progress class="bench-progress ex-live" aria-label="fetched" max="100" value="${phase === "idle" ? 0 : Math.round((100 * loaded) / weight(given))}"></progress>`;
    const text = listing(given, begin, 0);
    const editor = `<div class="bench-editor" data-keep="1"><div class="bench-text" tabindex="0" role="group" aria-label="the lines of the backward pass; Enter opens an editor">${text}</div></div>`;
    const places = given.fragments.map(([name, page, slug]) => `<li><button type="button" data-do="go" data-value="${esc(name)}" aria-label="show the line of ${esc(name)}">line</button> <a href="${page}.html#${slug}">${esc(name)}</a></li>`);
    const found = `<div class="ex-row bench-found"><div>${table(judged, given)}</div><div>${curve(judged)}${kit.key([["blue", "the module"], ["red ex-dashed", "your text"]])}</div></div>`;
    const printed = `<pre class="bench-printed" tabindex="0" role="group" aria-label="printed by the text" ${state.printed ? "" : "hidden"}>${esc(state.printed)}${state.more ? `\n… and ${state.more} characters more` : ""}</pre>`;
    return `${controls}${verdict(state, given)}${printed}${editor}${found}<details class="bench-fragments"><summary>The fragments in these lines, and the chapters that derive them</summary><ul>${places.join("")}</ul></details>`;
  }

  /* -- at work -- */

  /** @type {Record<string, string>} */
  const files = {};
  /** The functions that a part brings along; each part is a script that calls this. @param {Record<string, string>} more */
  const receive = (more) => Object.assign(files, more);
  /** @type {{worker?: Worker, editor?: any, change: (change: (state: BenchState) => void) => void, given?: BenchGiven, box?: HTMLElement, began: number, line: number, turn: number, sent?: string, fetching?: Promise<void>, editing?: Promise<void>}} `turn` counts runs and stops; `sent` is what Python was given */
  const at = { change: () => {}, began: 0, line: 0, turn: 0 };

  /** Was Python given another text? */
  const stale = () => at.sent !== undefined && at.editor.text() !== at.sent;

  /** @param {string} name */
  const load = (name) => new Promise((done, failed) => {
    const script = document.createElement("script"), [own] = document.querySelectorAll('script[src*="explorables/workbench.js"]');
    script.src = new URL(name, /** @type {HTMLScriptElement} */ (own).src).href;
    script.onload = done;
    script.onerror = () => failed(new Error(`${name} cannot be fetched`));
    document.head.append(script);
  });

  /** Fetch the first part, the editor, once. */
  const fetchEditor = () => (at.editing ??= load(at.given?.parts[0][0] ?? "").then(edit));

  function fetchParts() {
    const parts = at.given?.parts ?? [];
    return parts.reduce((before, [name, bytes], k) => before.then(async () => {
      await (k ? load(name) : fetchEditor());
      at.change((state) => { state.loaded += bytes; });
    }), Promise.resolve());
  }

  /** Put the editor in the place of the listing. */
  function edit() {
    const slot = at.box?.querySelector(".bench-editor"), text = slot?.querySelector(".bench-text")?.textContent ?? "";
    if (!slot || at.editor) return;
    const host = document.createElement("div");
    slot.replaceChildren(host);
    at.editor = /** @type {any} */ (globalThis).codeEditor.create(host.attachShadow({ mode: "open" }), text, "the lines of the backward pass", () => at.change((state) => {
      const now = at.editor.text(), from = ["", ...Object.keys(at.given?.mistakes ?? {})];
      Object.assign(state, { stale: stale(), begin: from.find((name) => at.given && spoilt(at.given, name) === now) ?? OWN });
    }));
    at.editor.mark(at.line, "changed");
    host.shadowRoot?.querySelector(".cm-content")?.setAttribute("tabindex", "0"); // for those who look for what scrolls
    host.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    }, true);
  }

  function worker() {
    const { worker: old } = at;
    if (old) return old;
    const code = ["pyodide.asm.js", "pyodide.js", "worker.js"].map((name) => new TextDecoder().decode(Uint8Array.from(atob(files[name]), (letter) => letter.charCodeAt(0)))).join("\n");
    const fresh = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    fresh.onmessage = ({ data }) => at.change((state) => {
      if (data.started) state.phase = "running";
      else if (data.failed) fail(state, data.failed);
      else {
        const { error = "", line = 0, printed, more, ...judged } = data.judged;
        Object.assign(state, { phase: "ready", stale: stale(), error, line, printed, more, judged: error ? null : judged, seconds: (performance.now() - at.began) / 1000 });
        if (line && !state.stale) at.editor.mark(line, "wrong");
      }
    });
    fresh.onerror = ({ message }) => at.change((state) => fail(state, message));
    at.worker = fresh;
    return fresh;
  }

  /** End Python; the next run starts it anew. @param {BenchState} state @param {string} error */
  function fail(state, error) {
    at.worker?.terminate();
    at.worker = undefined;
    Object.assign(state, { phase: files["worker.js"] ? "ready" : "idle", stale: stale(), judged: null, error, line: 0, printed: "", more: 0 });
  }

  async function run() {
    const fresh = !at.worker, turn = ++at.turn;
    at.began = performance.now();
    try {
      if (!files["worker.js"]) {
        at.change((state) => { Object.assign(state, { phase: "loading", error: "", judged: null }); });
        await (at.fetching ??= fetchParts());
        if (turn !== at.turn) return;
      }
      at.change((state) => { Object.assign(state, { phase: fresh ? "starting" : "running", first: fresh, error: "", line: 0, printed: "", more: 0 }); });
      at.sent = at.editor.text();
      worker().postMessage({ files: fresh ? files : {}, text: at.sent, tolerance: at.given?.tolerance });
    } catch (error) {
      at.fetching = at.editing = undefined;
      at.change((state) => { Object.assign(state, { phase: "idle", loaded: 0, stale: false, error: error instanceof Error ? error.message : String(error) }); });
    }
  }

  /** Show the text that a choice begins with, and one line of it. @param {BenchState} state @param {number} line */
  function show(state, line) {
    const { given, editor, box } = at, slot = box?.querySelector(".bench-text");
    at.line = line;
    if (!given) return;
    if (editor) editor.replace(spoilt(given, state.begin));
    if (slot) slot.innerHTML = listing(given, state.begin, line);
    point(line);
  }

  /** Mark a line, and bring it into sight. @param {number} line */
  function point(line) {
    const slot = /** @type {HTMLElement | null | undefined} */ (at.box?.querySelector(".bench-text")), mark = slot?.querySelector("mark");
    at.editor?.mark(line, "changed");
    if (slot && mark) slot.scrollTop += mark.getBoundingClientRect().top - slot.getBoundingClientRect().top - slot.clientHeight / 2;
  }

  return {
    spoilt, lines, asked, view, receive,
    /** @returns {BenchState} */
    initial: () => ({ phase: "idle", loaded: 0, begin: "", judged: null, error: "", line: 0, stale: false, seconds: 0, first: false, printed: "", more: 0 }),
    /** @param {HTMLElement} box @param {(change: (state: BenchState) => void) => void} change @param {BenchGiven} given */
    begin(box, change, given) {
      Object.assign(at, { box, change, given });
      /** Where one clicks into the listing, or asks by a key, the editor opens. @param {Event & {clientY?: number, key?: string}} event */
      const open = async (event) => {
        const slot = event.target instanceof Element && event.target.closest(".bench-text");
        if (!slot || (event.type === "keydown" && event.key !== "Enter")) return;
        const high = parseFloat(window.getComputedStyle(slot).lineHeight), y = (event.clientY ?? 0) - slot.getBoundingClientRect().top + slot.scrollTop - 9;
        await fetchEditor();
        at.editor.go(event.type === "click" ? Math.ceil(y / high) : at.line || 1);
      };
      box.addEventListener("click", open);
      box.addEventListener("keydown", open);
      const { begin, line } = asked(given, location.hash);
      if (!line) return;
      change((state) => { state.begin = begin; show(state, line); });
      window.addEventListener("load", () => setTimeout(() => box.scrollIntoView())); // with its buttons
    },
    /** @param {BenchState} state @param {string} key @param {any} value */
    act(state, key, value) {
      if (key === "run") setTimeout(run);
      else if (key === "stop") {
        at.turn += 1;
        at.sent = undefined;
        fail(state, "Stopped. The next run starts Python anew.");
      } else if (key === "begin" || key === "again") {
        state.begin = key === "begin" ? value : "";
        show(state, state.begin && at.given ? lines(at.given, state.begin)[0] : 0);
      } else if (key === "go" && at.given) {
        at.box?.querySelector(".bench-editor")?.scrollIntoView({ block: "nearest" });
        const line = below(at.editor?.text() ?? at.given.text, value);
        if (!at.editor) return show(state, line);
        at.editor.mark(line, "changed");
        at.editor.go(line);
      }
    },
  };
})();
kit.start("workbench");
