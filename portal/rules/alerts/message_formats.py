"""Payloads of the webhooks that alert channels call: Slack, Teams and Standard Webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.rules.alerts.alert_content import AlertContent, AlertLine, local_time, message_title
from portal.rules.alerts.severities import SEVERITY_LABELS, Severity

# Slack: a header has up to 150 characters, a section's text up to 3,000, a message up to 50 blocks.
# https://docs.slack.dev/reference/block-kit/blocks/header-block and section-block
SLACK_HEADER_LIMIT = 150
SLACK_TEXT_LIMIT = 3_000
# Subjects are merchants' texts; longer ones are cut.
SUBJECT_LIMIT = 120
# A list of every store would exceed what receivers take.
WEBHOOK_ALERTS_LIMIT = 100
# Adaptive Cards name colors by meaning. https://adaptivecards.io/explorer/TextRun.html
_TEAMS_COLORS = {
    Severity.CRITICAL: "attention",
    Severity.WARNING: "warning",
    Severity.INFO: "accent",
}


def slack_payload(content: AlertContent) -> dict[str, Any]:
    """Return the body for a Slack-compatible incoming webhook; ``text`` is for notifications.

    https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    """
    title = message_title(content)
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": _cut(title, SLACK_HEADER_LIMIT)},
        }
    ]
    for text in _texts(content, _slack_line):
        section = {"type": "mrkdwn", "text": _cut(text, SLACK_TEXT_LIMIT)}
        blocks.append({"type": "section", "text": section})
    link = f"<{content.link}|View alerts>"
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": link}]})
    return {"text": _escape(title), "blocks": blocks}


def teams_payload(content: AlertContent) -> dict[str, Any]:
    """Return the body for a Teams workflow that starts when a webhook request is received.

    https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    describes the message with an Adaptive Card; workflows take no other format. Texts are text
    runs, which have no Markdown, so a store's name can't become a link.
    """
    title = [_run(message_title(content), weight="bolder", size="large")]
    body = [_rich(title)]
    body += [_rich(_teams_line(line, content.zone)) for line in content.shown]
    body += [_rich([_run(text)]) for text in _closing_texts(content)]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "View alerts", "url": content.link}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def webhook_payload(content: AlertContent, sent_at: datetime) -> dict[str, Any]:
    """Return the body of a signed webhook, with the fields that Standard Webhooks advises."""
    alerts = [
        {
            "kind": fact.kind,
            "severity": fact.severity,
            "subject": fact.subject,
            "store_id": fact.store_id,
            "count": fact.count,
            "opened_at": fact.opened_at.isoformat(),
            "resolved_at": fact.resolved_at.isoformat() if fact.resolved_at else None,
        }
        for fact in content.facts[:WEBHOOK_ALERTS_LIMIT]
    ]
    data = {
        "title": message_title(content),
        "severity": content.severity if content.lines else None,
        "alert_count": len(content.facts),
        "alerts": alerts,
        "totals": dict(content.totals),
        "url": content.link,
    }
    return {"type": f"alert.{content.purpose}", "timestamp": sent_at.isoformat(), "data": data}


def _texts(content: AlertContent, write: Any) -> list[str]:
    lines = [write(line, content.zone) for line in content.shown]
    return lines + [_escape(text) for text in _closing_texts(content)]


def _closing_texts(content: AlertContent) -> Sequence[str]:
    texts = [f"And {content.left_out} more."] if content.left_out else []
    if content.totals:
        texts.append(", ".join(f"{name}: {count:,}" for name, count in content.totals))
    return texts


def _slack_line(line: AlertLine, zone: str) -> str:
    what = f": {_escape(_cut(line.what, SUBJECT_LIMIT))}" if line.what else ""
    return f"*{_status(line)}* {_escape(line.title)}{what}\n{_since(line, zone)}"


def _teams_line(line: AlertLine, zone: str) -> list[dict[str, Any]]:
    color = "good" if line.is_resolved else _TEAMS_COLORS[Severity(line.severity)]
    what = f": {_cut(line.what, SUBJECT_LIMIT)}" if line.what else ""
    return [
        _run(f"{_status(line)} ", weight="bolder", color=color),
        _run(f"{line.title}{what} ({_since(line, zone)})"),
    ]


def _status(line: AlertLine) -> str:
    return "Resolved" if line.is_resolved else SEVERITY_LABELS[line.severity]


def _since(line: AlertLine, zone: str) -> str:
    return f"{'began' if line.is_resolved else 'since'} {local_time(line.since, zone)}"


def _rich(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs)}


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **style}


def _escape(text: str) -> str:
    """Escape Slack's control characters.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
