"""Every test that docs/security.md names as the proof of a defense exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
HEADING = ["asset", "threat", "defense", "test"]
LEAST_THREATS = 60
TEST_ID = re.compile(r"`(tests/[\w/]+\.py)::(\w+(?:::\w+)?)`")


def threats(page: str) -> list[list[str]]:
    """Return the cells of each threat, without headings and lines below them."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|")
    ]
    return [row for row in rows if row != HEADING and set(row) != {"---"}]


@cache
def defined_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file, empty if there is no file."""
    file = ROOT / path
    return frozenset(_names(ast.parse(file.read_text()))) if file.exists() else frozenset()


def _names(scope: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[str]:
    for node in scope.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield prefix + node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _names(node, f"{node.name}::")


def missing_tests(text: str) -> list[str]:
    """Return the named tests that don't exist."""
    return [
        f"{path}::{name}" for path, name in TEST_ID.findall(text) if name not in defined_in(path)
    ]


def test_every_named_test_exists() -> None:
    assert missing_tests(PAGE) == []


def test_each_threat_has_an_asset_a_defense_and_a_test() -> None:
    rows = threats(PAGE)

    assert len(rows) >= LEAST_THREATS
    assert [row for row in rows if len(row) != len(HEADING) or not all(row)] == []
    # Nothing but tests is in the last cell, so no misspelled one is overlooked.
    assert [row for row in rows if TEST_ID.sub("", row[-1]).strip(", ")] == []
    assert len({tuple(row[:2]) for row in rows}) == len(rows)


def test_missing_tests_are_found() -> None:
    unknown = [
        "tests/test_security_page.py::test_unknown",
        "tests/test_security_page.py::TestUnknown::test_every_named_test_exists",
        "tests/test_unknown.py::test_every_named_test_exists",
    ]
    late = "TestConcurrentTransactions::test_entry_that_commits_late_is_not_skipped"
    known = [
        "tests/test_security_page.py::test_every_named_test_exists",
        f"tests/services/records/test_read_change_feed.py::{late}",
    ]

    assert missing_tests(" ".join(f"`{name}`" for name in (*unknown, *known))) == unknown
