"""Docstrings, comments and docs are in plain English: few marks of the former private dialect."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
CODE = ("portal", "daemon", "tests", "benchmarks")
# Turns of phrase that made sentences hard to read. Each has a plain alternative in CONTRIBUTING.md.
MARKS = {
    "headless What/Who": re.compile(
        r"(?:^|[.:;]\s+|[\"'#>]\s*)"
        r"(?:What|Who|Whoever|Whatever|Whose|Of what|To whom)\b(?![^.]*\?)",
        re.MULTILINE,
    ),
    "tell/told": re.compile(r"\b(?:tell|tells|told)\b"),
    "', for' as because": re.compile(
        r"(?:, for|: for) (?:it|they|a|an|the|what|who|we|Ecwid|nobody|there|so|its|in|of|this|that"
        r"|each|such|every|one|some)\b"
    ),
    "stands": re.compile(r"\b(?:stands?|standing|stood)\b"),
    "anew/meanwhile/besides": re.compile(
        r"\b(?:anew|ever more|meanwhile|besides|likewise|thereby)\b"
    ),
    "is to be": re.compile(
        r"\b(?:is|are|was|were) to "
        r"(?:be|do|have|come|go|say|tell|read|show|send|make|give|know)\b"
    ),
}
# Marks per 1,000 words, all of them together. Well-kept projects have 0.1 to 0.6.
LIMIT = 0.5
FENCED = re.compile(r"```.*?```", re.DOTALL)
DIRECTIVE = re.compile(r"#\s*(?:noqa|type:|pragma)")
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)


def code_files() -> list[Path]:
    files = (path for top in CODE for path in (ROOT / top).rglob("*.py"))
    # This file names the marks; earlier migrations are never changed.
    return sorted(
        path
        for path in files
        if path != Path(__file__)
        and "node_modules" not in path.parts
        and not path.match("migrations/0*.py")
    )


def doc_files() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def prose_of_code(path: Path) -> Iterator[str]:
    source = path.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DOCUMENTED):
            yield ast.get_docstring(node) or ""
    if "#" not in source:
        # Most files have no comments, and finding them takes longest.
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not DIRECTIVE.match(token.string):
            yield token.string.lstrip("# ")


def texts() -> list[tuple[Path, str]]:
    """Return every text of the project with its file."""
    found = [(path, text) for path in code_files() for text in prose_of_code(path)]
    return found + [(path, FENCED.sub("", path.read_text())) for path in doc_files()]


def rates(found: list[tuple[Path, str]]) -> dict[str, float]:
    """Return the marks per 1,000 words, by kind."""
    words = sum(len(text.split()) for _, text in found)
    return {
        name: 1000 * sum(len(pattern.findall(text)) for _, text in found) / words
        for name, pattern in MARKS.items()
    }


def test_prose_is_in_plain_english() -> None:
    found = texts()
    assert sum(len(text.split()) for _, text in found) > 50_000
    places = [
        f"{path.relative_to(ROOT)}: {name}: {match[0]!r}"
        for path, text in found
        for name, pattern in MARKS.items()
        for match in pattern.finditer(text)
    ]

    assert sum(rates(found).values()) <= LIMIT, "\n".join(places)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("What sends webhooks.", "headless What/Who"),
        ("It tells the caller.", "tell/told"),
        ("Nothing is sent, for the token is dead.", "', for' as because"),
        ("The store stands still.", "stands"),
        ("Read it anew.", "anew/meanwhile/besides"),
        ("This is to be sent.", "is to be"),
    ],
)
def test_each_mark_is_found(text: str, name: str) -> None:
    assert MARKS[name].search(text)


def test_a_question_is_no_headless_sentence() -> None:
    assert not MARKS["headless What/Who"].search("What does the API answer?")
