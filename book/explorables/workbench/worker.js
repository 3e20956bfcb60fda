/* Runs in a worker of the workbench, below Pyodide: gets all files by message, asks nobody for anything. */
"use strict";

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** The files that Pyodide fetches, out of those that were sent. @param {Record<string, string>} files */
function answer(files) {
  return async (/** @type {string | URL | Request} */ what) => {
    const name = String(what instanceof Request ? what.url : what).split("/").pop() ?? "", packed = files[`${name}.gz`];
    if (name === "pyodide-lock.json") {
      const lock = JSON.parse(new TextDecoder().decode(fromBase64(files[name])));
      return new Response(JSON.stringify({ ...lock, packages: { numpy: { ...lock.packages.numpy, depends: [] } } }));
    }
    if (packed) {
      const stream = new Response(fromBase64(packed)).body?.pipeThrough(new DecompressionStream("gzip"));
      return new Response(stream, { headers: { "Content-Type": "application/wasm" } });
    }
    if (!files[name]) throw new TypeError(`${name} is not of this book`);
    return new Response(fromBase64(files[name]));
  };
}

/** @type {Promise<any> | undefined} */
let python;

/** @param {Record<string, string>} files */
async function start(files) {
  self.fetch = answer(files);
  const pyodide = await (/** @type {any} */ (self)).loadPyodide({ indexURL: "https://book.invalid/", stdin: () => null });
  await pyodide.loadPackage(["numpy"], { messageCallback: () => {} });
  const wheel = Object.keys(files).find((name) => name.startsWith("rnn_from_scratch")) ?? "";
  pyodide.unpackArchive(fromBase64(files[wheel]).buffer, "wheel");
  pyodide.FS.writeFile("verdicts.py", fromBase64(files["verdicts.py"]));
  pyodide.runPython("import json, verdicts");
  return pyodide;
}

self.onmessage = async ({ data: { files, text, tolerance } }) => {
  try {
    python ??= start(files);
    const pyodide = await python;
    self.postMessage({ started: true });
    pyodide.globals.set("text", text);
    pyodide.globals.set("tolerance", tolerance);
    self.postMessage({ judged: JSON.parse(pyodide.runPython("json.dumps(verdicts.judge(text, tolerance))")) });
  } catch (error) {
    self.postMessage({ failed: String(error).slice(-600) });
  }
};
