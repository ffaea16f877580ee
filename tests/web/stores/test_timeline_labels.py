"""Whatever the code writes into a timeline has its words."""

from __future__ import annotations

import re
from pathlib import Path

from portal.rules.connection.connection_events import ConnectionEvent
from portal.web.stores.timeline_labels import TIMELINE_LABELS, timeline_label

ROOT = Path(__file__).parents[3]


def test_every_event_of_a_connection_has_its_words() -> None:
    assert set(ConnectionEvent) <= set(TIMELINE_LABELS)


def test_every_name_that_is_noted_has_its_words() -> None:
    notes = re.compile(r'Timeline\.note\([^,]+, "(\w+)"')
    sources = [path for name in ("portal", "daemon") for path in (ROOT / name).rglob("*.py")]

    names = {name for path in sources for name in notes.findall(path.read_text())}

    assert "issue_opened" in names
    assert names <= set(TIMELINE_LABELS)


def test_a_name_that_is_new_is_shown_as_it_stands() -> None:
    assert timeline_label("moon_landed") == "Moon landed"
