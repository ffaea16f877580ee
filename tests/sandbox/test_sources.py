"""Every endpoint of the sandbox names its source, and docs/sandbox.md lists what is assumed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SANDBOX = ROOT / "portal" / "sandbox"
DOCS = ROOT / "docs" / "sandbox.md"
SOURCE = re.compile(r"# Source \((documented|client|assumed)\): (.+)")
ANY_SOURCE = re.compile(r"\s*# Source\b")
ADVICE = "add a comment `# Source (documented|client|assumed): …` above or inside the view"


def comments(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield line number and text of each source comment, its following lines included."""
    for number, line in enumerate(lines, 1):
        if ANY_SOURCE.match(line):
            text = [line.strip()]
            for following in lines[number:]:
                stripped = following.strip()
                if not stripped.startswith("# ") or ANY_SOURCE.match(following):
                    break
                text.append(stripped.removeprefix("# "))
            yield number, " ".join(text)


def modules() -> Iterator[tuple[str, list[str]]]:
    """Yield path and lines of each module of the sandbox."""
    for path in sorted(SANDBOX.rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8").splitlines()


def is_endpoint(function: ast.FunctionDef) -> bool:
    """Return whether a function is a view of the REST API."""
    names = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(name.startswith("endpoint(") for name in names)


def first_line(function: ast.FunctionDef, lines: list[str]) -> int:
    """Return the line where the comments above a function start."""
    start = min(decorator.lineno for decorator in function.decorator_list)
    while lines[start - 2].strip().startswith("#"):
        start -= 1
    return start


def assumptions() -> set[str]:
    """Return the assumed sentences of all modules."""
    found = set()
    for _, lines in modules():
        for _, text in comments(lines):
            match = SOURCE.fullmatch(text)
            if match and match[1] == "assumed":
                found.add(match[2])
    return found


def listed_assumptions() -> list[str]:
    """Return the first column of the table of assumed rules."""
    _, _, section = DOCS.read_text(encoding="utf-8").partition("\n## Assumed rules\n")
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def test_every_endpoint_names_its_source() -> None:
    missing, count = [], 0
    for path, lines in modules():
        if "/rest/" not in path:
            continue
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef) and is_endpoint(node):
                count += 1
                start = first_line(node, lines)
                if not any(comments(lines[start - 1 : node.end_lineno])):
                    missing.append(f"{path}:{node.lineno} {node.name}: {ADVICE}")

    assert count
    assert missing == []


def test_every_source_comment_has_a_mark_and_ends_with_a_full_stop() -> None:
    wrong = [
        f"{path}:{number} {text}"
        for path, lines in modules()
        for number, text in comments(lines)
        if not SOURCE.fullmatch(text) or not text.endswith(".")
    ]

    assert wrong == []


def test_the_documentation_lists_every_assumed_rule() -> None:
    unlisted = assumptions() - set(listed_assumptions())

    assert unlisted == set(), "add these sentences to the table Assumed rules of docs/sandbox.md"


def test_the_documentation_lists_no_other_rule() -> None:
    listed = listed_assumptions()

    assert set(listed) - assumptions() == set(), "no comment in portal/sandbox says so"
    assert sorted(set(listed)) == sorted(listed), "the table lists a rule twice"
