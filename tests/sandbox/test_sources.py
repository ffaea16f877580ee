"""Rules of the sandbox that no source confirms are listed in docs/sandbox.md."""

from __future__ import annotations

import re
from pathlib import Path

from portal.paths import ROOT

SANDBOX = ROOT / "portal" / "sandbox"
# A comment of one or more lines; its sentence ends with the first full stop at the end of a line.
ASSUMED = re.compile(r"# Source \(assumed\): (.*?\.)$", re.DOTALL | re.MULTILINE)


def assumed_rules(path: Path) -> set[tuple[str, str]]:
    """Return the assumed rules of a module, each with the module's name."""
    found = ASSUMED.findall(path.read_text())
    name = path.relative_to(SANDBOX).with_suffix("").as_posix()
    return {(" ".join(re.sub(r"\n\s*#", " ", rule).split()), name) for rule in found}


def listed_rules() -> set[tuple[str, str]]:
    """Return the rows of the table in the documentation."""
    page = (ROOT / "docs" / "sandbox.md").read_text()
    table = page.partition("## Assumed rules")[2]
    return set(re.findall(r"^\| (.+\.) \| `([\w/]+)` \|$", table, re.MULTILINE))


def test_the_documentation_lists_every_assumed_rule() -> None:
    in_code = set().union(*(assumed_rules(path) for path in SANDBOX.rglob("*.py")))

    assert listed_rules() == in_code
