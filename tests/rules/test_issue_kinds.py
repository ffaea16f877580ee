"""Every issue says what to do next, and who is to do it."""

from __future__ import annotations

import pytest

from portal.rules.issue_kinds import silence_texts


@pytest.mark.parametrize(
    ("mode", "whose"), [("api", "Nothing for you"), ("app", "operator"), (None, "operator")]
)
def test_what_to_do_about_silence_depends_on_who_can_register(mode: str | None, whose: str) -> None:
    texts = silence_texts(mode)

    assert whose in texts.next_action
    assert "Nothing is lost" in texts.impact
