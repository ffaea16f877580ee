"""Payloads in the documented shapes of Slack, Teams and Standard Webhooks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.rules.alerts.alert_content import AlertContent, AlertFact, lines_of, message_title
from portal.rules.alerts.alert_kinds import ALERT_SEVERITIES, ALERT_TITLES, PortalAlertKind
from portal.rules.alerts.message_formats import (
    SLACK_HEADER_LIMIT,
    WEBHOOK_ALERTS_LIMIT,
    slack_payload,
    teams_payload,
    webhook_payload,
)
from portal.rules.connection.issue_kinds import IssueKind

AT = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
TRICKY = "<!channel> & [Shop](https://evil.example) *bold*"


def fact(kind: str = "token_dead", **changes: Any) -> AlertFact:
    values: dict[str, Any] = {
        "kind": kind,
        "severity": ALERT_SEVERITIES[kind],
        "subject": "Clay & Co",
        "store_id": 1003,
        "count": 1,
        "opened_at": AT,
        "resolved_at": None,
    }
    return AlertFact(**values | changes)


def content(*facts: AlertFact, purpose: str = "opened", **changes: Any) -> AlertContent:
    values: dict[str, Any] = {
        "purpose": purpose,
        "uid": "alert_1",
        "portal_url": "https://portal.example",
        "zone": "Europe/Berlin",
        "lines": lines_of(facts),
        "facts": facts,
    }
    return AlertContent(**values | changes)


def runs_of(payload: Any) -> list[str]:
    """Return the text of each paragraph of a Teams card."""
    body = payload["attachments"][0]["content"]["body"]
    return ["".join(run["text"] for run in block["inlines"]) for block in body]


def test_slack_message_is_a_text_with_blocks() -> None:
    payload = slack_payload(content(fact()))

    assert payload == {
        "text": "Ecwid no longer accepts our access: Clay &amp; Co",
        "blocks": [
            {
                "type": "header",
                "text": {
                    "type": "plain_text",
                    "text": "Ecwid no longer accepts our access: Clay & Co",
                },
            },
            {
                "type": "section",
                "text": {
                    "type": "mrkdwn",
                    "text": "*Critical* Ecwid no longer accepts our access: Clay &amp; Co\n"
                    "since 1 Mar 2026, 13:05 (Europe/Berlin)",
                },
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "mrkdwn",
                        "text": "<https://portal.example/operator/alerts|View alerts>",
                    }
                ],
            },
        ],
    }


def test_name_of_a_store_cannot_mention_anyone_in_slack() -> None:
    text = str(slack_payload(content(fact(subject=TRICKY)))["blocks"][1])

    assert "&lt;!channel&gt; &amp;" in text
    assert "<!channel>" not in text


def test_slack_message_keeps_the_limits_of_blocks() -> None:
    facts = [fact(kind, subject="x" * 5_000) for kind in ALERT_TITLES]

    payload = slack_payload(content(*facts))

    header, *sections, _link = payload["blocks"]
    assert len(header["text"]["text"]) == SLACK_HEADER_LIMIT
    assert all(len(section["text"]["text"]) <= 3_000 for section in sections)
    assert len(payload["blocks"]) <= 50


def test_teams_message_is_an_adaptive_card_without_markdown() -> None:
    payload = teams_payload(content(fact(subject=TRICKY)))

    [attachment] = payload["attachments"]
    card = attachment["content"]
    assert payload["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.2")
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert card["body"][1]["inlines"][0] == {
        "type": "TextRun",
        "text": "Critical ",
        "weight": "bolder",
        "color": "attention",
    }
    assert TRICKY in runs_of(payload)[1]
    assert card["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "View alerts",
            "url": "https://portal.example/operator/alerts",
        }
    ]


def test_signed_webhook_has_type_timestamp_and_data() -> None:
    payload = webhook_payload(content(fact()), AT)

    assert payload == {
        "type": "alert.opened",
        "timestamp": "2026-03-01T12:05:00+00:00",
        "data": {
            "title": "Ecwid no longer accepts our access: Clay & Co",
            "severity": "critical",
            "alert_count": 1,
            "alerts": [
                {
                    "kind": "token_dead",
                    "severity": "critical",
                    "subject": "Clay & Co",
                    "store_id": 1003,
                    "count": 1,
                    "opened_at": "2026-03-01T12:05:00+00:00",
                    "resolved_at": None,
                }
            ],
            "totals": {},
            "url": "https://portal.example/operator/alerts",
        },
    }


def test_signed_webhook_lists_a_limited_number_of_alerts() -> None:
    many = content(*[fact(store_id=number) for number in range(WEBHOOK_ALERTS_LIMIT + 50)])

    data = webhook_payload(many, AT)["data"]

    assert data["alert_count"] == WEBHOOK_ALERTS_LIMIT + 50
    assert len(data["alerts"]) == WEBHOOK_ALERTS_LIMIT


def test_lines_are_grouped_by_kind_and_the_worst_comes_first() -> None:
    found = lines_of(
        [
            fact("webhooks_silent"),
            fact("token_dead", store_id=1),
            fact("token_dead", store_id=2),
            fact("events_late", subject="", store_id=None, count=7),
        ]
    )

    assert [(line.kind, line.what, line.path) for line in found] == [
        ("events_late", "7", "/operator/alerts"),
        ("token_dead", "2", "/operator/alerts"),
        ("webhooks_silent", "Clay & Co", "/stores/1003"),
    ]


def test_line_is_resolved_when_all_its_alerts_are() -> None:
    half = lines_of([fact(resolved_at=AT), fact(store_id=2)])
    whole = lines_of([fact(resolved_at=AT), fact(store_id=2, resolved_at=AT)])

    assert (half[0].is_resolved, half[0].title) == (False, "Ecwid no longer accepts our access")
    assert (whole[0].is_resolved, whole[0].title) == (True, "Ecwid accepts our access again")


@pytest.mark.parametrize("write", [slack_payload, teams_payload])
def test_digest_has_the_totals_and_says_that_everything_works(write: Any) -> None:
    digest = content(purpose="digest", totals=[("Connected stores", 1_203), ("Open warnings", 0)])

    text = str(write(digest))

    assert "Daily digest: no open alerts" in text
    assert "Connected stores: 1,203, Open warnings: 0" in text


def test_recovery_note_and_test_message_say_so() -> None:
    recovered = content(fact(resolved_at=AT), purpose="recovered")

    assert message_title(recovered) == "Resolved: Ecwid accepts our access again: Clay & Co"
    assert message_title(content(purpose="test")) == "Test message: this channel works"
    assert message_title(content(fact(), purpose="digest")) == "Daily digest: open alerts"
    assert "began" in str(slack_payload(recovered))
    assert runs_of(teams_payload(recovered))[1].startswith("Resolved ")


def test_title_names_three_lines_and_counts_the_others() -> None:
    facts = [fact(kind) for kind in list(ALERT_TITLES)[:5]]

    assert message_title(content(*facts)).endswith("; 2 more")


def test_lines_that_do_not_fit_are_counted() -> None:
    one = lines_of([fact()])
    long = content(lines=one * 25)

    assert "And 5 more." in str(slack_payload(long))
    assert long.left_out == 5


def test_every_kind_has_titles_and_a_severity() -> None:
    kinds = {*IssueKind, *PortalAlertKind}

    assert set(ALERT_TITLES) == set(ALERT_SEVERITIES) == kinds
