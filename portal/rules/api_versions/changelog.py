"""Changelog of the API in Markdown: one section a day, with the differences by kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from portal.rules.api_versions.differences import ChangeKind, Difference

_SECTION = re.compile(r"^## ", re.MULTILINE)


def add_differences(text: str, day: date, differences: Iterable[Difference]) -> str:
    """Return the changelog with the differences in the section of the day, newest day first."""
    intro, *sections = _SECTION.split(text)
    known: dict[str, list[str]] = {kind.value: [] for kind in ChangeKind}
    heading = f"{day.isoformat()}\n"
    if sections and sections[0].startswith(heading):
        _read_into(known, sections.pop(0))
    for each in differences:
        line = f"- {each}"
        if line not in known[each.kind]:
            known[each.kind].append(line)
    parts = [intro, f"## {heading}\n{_body(known)}", *(f"## {section}" for section in sections)]
    return "".join(parts).rstrip("\n") + "\n"


def _read_into(known: dict[str, list[str]], section: str) -> None:
    kind = ""
    for line in section.splitlines()[1:]:
        found = re.fullmatch(r"\*\*(\w+)\*\*", line)
        if found:
            kind = found[1].lower()
        elif line:
            known.setdefault(kind, []).append(line)


def _body(known: dict[str, list[str]]) -> str:
    """Return the lines by kind; lines above the first kind stay there."""
    blocks: list[Sequence[str]] = [known[""]] if known.get("") else []
    blocks += [
        [f"**{kind.capitalize()}**", "", *lines] for kind, lines in known.items() if kind and lines
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n\n"
