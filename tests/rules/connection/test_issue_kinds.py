"""Texts and titles of every kind of issue."""

from __future__ import annotations

import pytest

from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.issue_kinds import (
    CONNECTION_ISSUE_KINDS,
    CONNECTION_ISSUES,
    IssueAction,
    IssueKind,
    connection_issue_texts,
    silent_webhooks_texts,
)
from portal.rules.connection.issue_titles import TITLES


@pytest.mark.parametrize(
    ("mode", "whose"),
    [("api", "We have set up the webhooks again"), ("app", "We ask Ecwid"), (None, "We ask Ecwid")],
)
def test_next_action_for_silent_webhooks_depends_on_the_webhook_mode(
    mode: str | None, whose: str
) -> None:
    texts = silent_webhooks_texts(mode)

    assert whose in texts.next_action
    assert "Nothing is lost" in texts.impact


def test_silent_webhooks_of_a_custom_app_are_for_the_merchant_to_ask_about() -> None:
    asked = silent_webhooks_texts("app", GrantSource.CUSTOM_APP).next_action

    assert "your custom app" in asked
    registered = silent_webhooks_texts("api", GrantSource.CUSTOM_APP)
    assert registered == silent_webhooks_texts("api")


def test_every_kind_has_texts_and_a_title() -> None:
    assert set(CONNECTION_ISSUES) == CONNECTION_ISSUE_KINDS
    assert set(TITLES) == set(IssueKind)


@pytest.mark.parametrize("kind", sorted(CONNECTION_ISSUE_KINDS))
def test_connection_issues_explain_the_next_action_in_sentences(kind: IssueKind) -> None:
    texts = CONNECTION_ISSUES[kind]

    assert all(text.endswith(".") for text in (texts.cause, texts.impact, texts.next_action))
    assert texts.action is not IssueAction.NONE


@pytest.mark.parametrize("kind", CONNECTION_ISSUES)
def test_next_action_of_a_custom_app_speaks_of_its_token(kind: IssueKind) -> None:
    texts = connection_issue_texts(kind, GrantSource.CUSTOM_APP)
    usual = connection_issue_texts(kind, GrantSource.OAUTH)

    assert usual == CONNECTION_ISSUES[kind]
    assert texts.cause == usual.cause
    asks_for_token = usual.action is IssueAction.RECONNECT
    assert ("custom app" in texts.next_action) == asks_for_token
