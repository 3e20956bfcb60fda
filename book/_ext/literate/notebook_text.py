"""MyST Markdown → the Markdown that Jupyter shows: directives and roles become words."""

from __future__ import annotations

import re

FENCE = re.compile(r"^(?P<mark>`{3,}|:{3,})\{(?P<name>[\w-]+)\}[ \t]*(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<key>[\w-]+):[ \t]*(?P<value>.*)$")
ROLE = re.compile(r"\{(?P<role>[\w:-]+)\}`(?P<text>[^`]+)`")
TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
TARGET = re.compile(r"^\([\w-]+\)=\s*$")


def plain_markdown(text: str, words) -> str:
    """Rewrite a Markdown cell. ``words`` has ``equation``, ``target`` and ``citation``."""
    return "\n".join(_lines(text.split("\n"), words)).strip("\n")


def _lines(lines: list[str], words) -> list[str]:
    out: list[str] = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if fence := FENCE.match(line):
            body = _take_body(rest, fence["mark"])
            out += _directive(fence["name"], fence["argument"], body, words)
        elif line.startswith("```"):
            out += [line, *_take_body(rest, "```"), "```"]
        elif not TARGET.match(line):
            out.append(ROLE.sub(lambda match: _role(match, words), line))
    return out


def _take_body(rest: list[str], mark: str) -> list[str]:
    """Take the lines up to the closing fence."""
    body = []
    while rest:
        line = rest.pop(0)
        if line.strip() and set(line.strip()) == {mark[0]} and len(line.strip()) >= len(mark):
            break
        body.append(line)
    return body


def _directive(name: str, argument: str, body: list[str], words) -> list[str]:
    options = {}
    while body and (option := OPTION.match(body[0])):
        options[option["key"]] = option["value"]
        body = body[1:]
    if name == "handwritten":
        return [f"> *A handwritten note stands here: {words.target(f'fig-note-{argument}')}*"]
    if name == "math":
        label = options.get("label")
        tag = [rf"\tag{{{words.equation(label)}}}"] if label else []
        return ["$$", *[line for line in body if line.strip()], *tag, "$$"]
    title = {"exercise": "Exercise", "solution": "Solution"}.get(name, argument)
    if name == "exercise" and argument:
        title = f"Exercise: {argument}"
    inner = _lines(body, words)
    while inner and not inner[0].strip():
        inner = inner[1:]
    heading = [ROLE.sub(lambda match: _role(match, words), f"**{title}**"), ""] if title else []
    return [f"> {line}".rstrip() for line in [*heading, *inner]]


def _role(match: re.Match, words) -> str:
    titled = TITLED.match(match["text"])
    title, target = (titled["title"], titled["target"]) if titled else (None, match["text"])
    if match["role"] == "eq":
        return f"({words.equation(target)})"
    if match["role"].startswith("cite"):
        names = [words.citation(key.strip()) for key in match["text"].split(",")]
        return f"[{'; '.join(names)}]"
    if match["role"] == "frag":
        return title or f"⟨{target}⟩"
    if match["role"] == "index":
        return title or match["text"]
    if match["role"] == "math":
        return f"${match['text']}$"
    return title or words.target(target)
