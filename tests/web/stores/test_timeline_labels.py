"""Every timeline entry that the code writes has a title."""

from __future__ import annotations

import re
from pathlib import Path

from portal.rules.connection.connection_events import ConnectionEvent
from portal.web.stores.timeline_labels import TIMELINE_LABELS, timeline_label

ROOT = Path(__file__).parents[3]


def test_every_connection_event_has_a_title() -> None:
    assert set(ConnectionEvent) <= set(TIMELINE_LABELS)


def test_every_recorded_name_has_a_title() -> None:
    notes = re.compile(r'TimelineEntry\.record\([^,]+, "(\w+)"')
    sources = [path for name in ("portal", "daemon") for path in (ROOT / name).rglob("*.py")]

    names = {name for path in sources for name in notes.findall(path.read_text())}

    assert "issue_opened" in names
    assert names <= set(TIMELINE_LABELS)


def test_unknown_name_is_shown_as_words() -> None:
    assert timeline_label("moon_landed") == "Moon landed"
