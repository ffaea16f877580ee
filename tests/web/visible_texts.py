"""Texts of a page that a person reads or hears, and the words in them without a translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from portal.models import TABLES, database

# Code and exact times are the same in all languages, or have their own formats.
_SKIPPED = {"script", "style", "code", "pre", "time", "textarea", "template"}
_ATTRIBUTES = ("title", "alt", "aria-label", "aria-description", "placeholder", "data-label")
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# Addresses, names of events and fields, ids and file names.
_CODE = re.compile(
    r"https?://\S+|\S+@\S+|/[\w/.<>-]+|\w*[._:]\w[\w.:*]*|\b\w*\d\w*\b|\{[^{}]*\}|&\w+;"
)
# Words next to each other. The pseudo language has none of only ASCII letters.
_RUN = re.compile(r"(?<![^\W\d_])[A-Za-z]{3,}(?:[ ’'-]+[A-Za-z]+)*(?![^\W\d_])")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = dict(attrs)
        if kept.get("translate") == "no" or ("lang" in kept and tag != "html"):
            tag_is_skipped = True
        else:
            tag_is_skipped = tag in _SKIPPED
        if tag != "time" and not self._is_skipped:
            self.texts += [(name, kept[name] or "") for name in _ATTRIBUTES if name in kept]
        if tag not in _VOID:
            self.open.append(f"{tag}!" if tag_is_skipped else tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().rstrip("!") != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_skipped:
            self.texts.append(("text", " ".join(data.split())))

    @property
    def _is_skipped(self) -> bool:
        return any(name.endswith("!") for name in self.open)


def visible_texts(html: str) -> list[tuple[str, str]]:
    """Return the texts of a page, each with the attribute that has it or "text"."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.texts


def plain_runs(text: str) -> Iterator[str]:
    """Yield the runs of words in a text that aren't in the pseudo language."""
    yield from (run.rstrip("-’' ") for run in _RUN.findall(_CODE.sub(" ¦ ", text)))


def stored_texts() -> str:
    """Return all texts in the database, one per line."""
    found: set[str] = set()
    for table in TABLES:
        for row in database.execute_sql(f'SELECT * FROM "{table._meta.table_name}"').fetchall():
            found.update(value for value in row if isinstance(value, str))
    return "\n".join(" ".join(text.split()) for text in sorted(found))
