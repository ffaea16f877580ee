"""Every issue says what to do next, and who is to do it."""

from __future__ import annotations

import pytest

from portal.rules.connection.issue_kinds import (
    CONNECTION_ISSUES,
    CONNECTION_KINDS,
    IssueAction,
    IssueKind,
    silence_texts,
)
from portal.rules.connection.issue_titles import TITLES


@pytest.mark.parametrize(
    ("mode", "whose"), [("api", "Nothing for you"), ("app", "operator"), (None, "operator")]
)
def test_what_to_do_about_silence_depends_on_who_can_register(mode: str | None, whose: str) -> None:
    texts = silence_texts(mode)

    assert whose in texts.next_action
    assert "Nothing is lost" in texts.impact


def test_every_kind_has_its_texts_and_its_title() -> None:
    assert set(CONNECTION_ISSUES) == CONNECTION_KINDS
    assert set(TITLES) == set(IssueKind)


@pytest.mark.parametrize("kind", sorted(CONNECTION_KINDS))
def test_what_stops_a_store_says_in_sentences_what_to_do_and_where(kind: IssueKind) -> None:
    texts = CONNECTION_ISSUES[kind]

    assert all(text.endswith(".") for text in (texts.cause, texts.impact, texts.next_action))
    assert texts.action is not IssueAction.NONE
