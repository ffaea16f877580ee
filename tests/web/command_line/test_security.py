"""Command that reports security events."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Flask

from portal.models import SecurityEvent, utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.accounts.security_events import record_security_event
from portal.services.runtime import Runtime
from tests.factories import make_merchant


def test_report_counts_events_networks_and_rejected_webhooks(app: Flask, runtime: Runtime) -> None:
    merchant = make_merchant()
    for number in (1, 1, 2):
        record_security_event(
            runtime,
            SecurityEventKind.CODE_REFUSED,
            merchant_id=merchant.id,
            ip_address=f"10.0.{number}.1",
        )
    record_security_event(runtime, SecurityEventKind.SIGNED_IN, ip_address="10.0.3.1")
    runtime.security_events.flush()
    runtime.rejected_webhooks.count(RejectionReason.UNSIGNED, receipts=4)
    runtime.rejected_webhooks.flush()
    run = app.test_cli_runner().invoke

    report = json.loads(run(args=["security", "report", "--json"]).stdout)
    text = run(args=["security", "report", "--hours", "1"]).stdout

    kinds = {row.pop("kind"): row for row in report["kinds"]}
    assert set(kinds) == set(SecurityEventKind)
    assert kinds["code_refused"] == {"events": 3, "accounts": 1, "networks": 2}
    assert kinds["password_refused"] == {"events": 0, "accounts": 0, "networks": 0}
    assert report["networks"] == {"10.0.1.0/24": 2, "10.0.2.0/24": 1}
    assert report["rejected_webhooks"] == {RejectionReason.UNSIGNED: 4}
    assert "password_refused" not in text
    assert "10.0.1.0/24" in text


def test_report_without_events_says_so(app: Flask, runtime: Runtime) -> None:
    record_security_event(runtime, SecurityEventKind.SIGNED_IN)
    runtime.security_events.flush()
    SecurityEvent.update(hour_at=utc_now() - timedelta(hours=30)).execute()

    text = app.test_cli_runner().invoke(args=["security", "report"]).stdout

    assert text == "no security events\n"
