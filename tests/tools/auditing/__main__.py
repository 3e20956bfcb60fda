"""Let Lighthouse score the heaviest chapter, and the Nu checker read every page.

``python -m auditing TOOLS`` finds both tools in a folder where npm installed them. The exit status
is 1 if a score is too low or a page is no valid HTML, 2 if something that is needed is missing.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from auditing import verdict
from auditing.serving import served
from web.browser import FLAGS, NoBrowser, find

SITE = Path(__file__).resolve().parents[3] / "_build" / "html"
RUNS = 5  # of which the median counts, since a busy machine makes a page slow
TRIES = 3  # of each run: now and then Chromium without a screen paints nothing, whatever the page
# The last one: without a screen the first frame is else held back for a second or two, whatever
# the page.
CHROME = " ".join(["--headless=new", *FLAGS, "--run-all-compositor-stages-before-draw"])


def heaviest(site: Path) -> str:
    """The path of the page of the book that is the largest, compressed."""
    pages = sorted((site / "book").glob("*.html"))
    page = max(pages, key=lambda page: len(gzip.compress(page.read_bytes())))
    return page.relative_to(site).as_posix()


def look(tools: Path, url: str, options: list[str]) -> dict:
    """Return the report of one run of Lighthouse."""
    program = str(tools / "node_modules" / ".bin" / "lighthouse")
    command = [program, url, "--quiet", "--output=json", f"--chrome-flags={CHROME}", *options]
    variables = {**os.environ, "CHROME_PATH": find()}
    for left in reversed(range(TRIES)):
        done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=not left)
        if done.returncode == 0:
            break
    return json.loads(done.stdout)


def read_pages(tools: Path, site: Path) -> list[str]:
    """Return the errors that the Nu checker finds; it has a status of its own for having any."""
    jar = tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    pages = sorted(map(str, site.rglob("*.html")))
    command = ["java", "-Xss4m", "-jar", str(jar), "--errors-only", "--format", "json", *pages]
    return verdict.read_errors(subprocess.run(command, capture_output=True, text=True).stderr)


def main(tools: Path) -> int:
    """Audit, print, judge; return the exit status."""
    if not shutil.which("java"):
        print("There is no program java. On Debian: apt install default-jre", file=sys.stderr)
        return 2
    page, scores, options = heaviest(SITE), {}, ["--preset=desktop"]
    with served(SITE) as root:
        for form in verdict.BOUNDS:
            reports = [look(tools, root + page, options) for _ in range(RUNS)]
            scores[form] = verdict.read_scores(reports)
            print("\n".join(f"{form}, {lost}" for lost in verdict.lost_points(reports[0])))
            slower = verdict.slowdown(reports)
            options = [f"--throttling.cpuSlowdownMultiplier={slower}"]  # a phone, by itself
    print(f"The phone is taken to be {slower:.1f} times as slow as this computer.")
    errors = read_pages(tools, SITE)
    print("\n".join([*errors, f"Lighthouse, median of {RUNS}, {page}:", verdict.table(scores)]))
    print(f"Nu checker, {len(list(SITE.rglob('*.html')))} pages: {len(errors)} errors")
    faults = verdict.judge(scores, errors)
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)
