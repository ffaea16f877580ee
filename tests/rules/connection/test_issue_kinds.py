"""Texts and titles of every kind of issue."""

from __future__ import annotations

import pytest

from portal.rules.connection.issue_kinds import (
    CONNECTION_ISSUE_KINDS,
    CONNECTION_ISSUES,
    IssueAction,
    IssueKind,
    silent_webhooks_texts,
)
from portal.rules.connection.issue_titles import TITLES


@pytest.mark.parametrize(
    ("mode", "whose"), [("api", "Nothing for you"), ("app", "operator"), (None, "operator")]
)
def test_next_action_for_silent_webhooks_depends_on_the_webhook_mode(
    mode: str | None, whose: str
) -> None:
    texts = silent_webhooks_texts(mode)

    assert whose in texts.next_action
    assert "Nothing is lost" in texts.impact


def test_every_kind_has_texts_and_a_title() -> None:
    assert set(CONNECTION_ISSUES) == CONNECTION_ISSUE_KINDS
    assert set(TITLES) == set(IssueKind)


@pytest.mark.parametrize("kind", sorted(CONNECTION_ISSUE_KINDS))
def test_connection_issues_explain_the_next_action_in_sentences(kind: IssueKind) -> None:
    texts = CONNECTION_ISSUES[kind]

    assert all(text.endswith(".") for text in (texts.cause, texts.impact, texts.next_action))
    assert texts.action is not IssueAction.NONE
