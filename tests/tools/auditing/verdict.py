"""The findings of Lighthouse and of the Nu checker, and what is asked for."""

import json
from statistics import median

BOUNDS = {
    "desktop": {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100},
    "mobile": {"performance": 85},
}


FAST = 1750  # Lighthouse's index of the computers that are four times as fast as its phone


def slowdown(reports: list[dict]) -> float:
    """How many times as slow as this computer the phone is that Lighthouse stands for.

    It takes four, which is meant for an index of 1500 to 2000, and asks to take less on a slower
    computer: docs/throttling.md of Lighthouse.
    """
    index = median(report["environment"]["benchmarkIndex"] for report in reports)
    return 4 * min(1, index / FAST)


def read_scores(reports: list[dict]) -> dict[str, int]:
    """The median score of each category, of 100, in several reports of Lighthouse on one page."""
    categories = reports[0]["categories"]
    return {
        name: round(100 * median(report["categories"][name]["score"] or 0 for report in reports))
        for name in categories
    }


def lost_points(report: dict) -> list[str]:
    """The audits that cost points, with what Lighthouse says of each."""
    return [
        f"{category}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for category, found in report["categories"].items()
        for audit in (report["audits"][each["id"]] for each in found["auditRefs"] if each["weight"])
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def read_errors(output: str) -> list[str]:
    """The errors in what the Nu checker says in JSON, one line each: page, line, reason."""
    return [
        f"{found['url'].removeprefix('file:')}:{found.get('lastLine', 0)}: {found['message']}"
        for found in json.loads(output)["messages"]
        if found["type"] != "info"
    ]


def judge(scores: dict[str, dict[str, int]], errors: list[str]) -> list[str]:
    """The bounds that are not kept, in words."""
    low = [
        f"{form}, {name}: {scores[form][name]} of 100, and at least {least} is asked for"
        for form, bounds in BOUNDS.items()
        for name, least in bounds.items()
        if scores[form][name] < least
    ]
    return low + [f"errors of HTML: {len(errors)}"] * bool(errors)


def table(scores: dict[str, dict[str, int]]) -> str:
    """The scores, a line for each form of screen."""
    names = list(next(iter(scores.values())))
    lines = [[form, *(str(found[name]) for name in names)] for form, found in scores.items()]
    return "\n".join("  ".join(f"{cell:>14}" for cell in line) for line in [["", *names], *lines])
