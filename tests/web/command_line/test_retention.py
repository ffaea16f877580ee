"""Command that deletes all data whose retention period has ended."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Flask

from daemon.schedule_entries import UPKEEP
from portal.models import AuditLogEntry, Merchant, Onboarding, Store, WebhookEvent, utc_now
from portal.web.command_line.retention import STEPS
from tests.factories import make_event

LONG_AGO = timedelta(days=400)


def test_old_rows_are_deleted_and_counted(app: Flask, store: Store, merchant: Merchant) -> None:
    for number in range(3):
        make_event(event_id=f"e-{number}", received_at=utc_now() - LONG_AGO, state="applied")
    Onboarding.create(merchant=merchant, step_changed_at=utc_now() - LONG_AGO)

    def run() -> dict[str, int]:
        result = app.test_cli_runner().invoke(args=["retention", "run", "--json"])
        assert result.exit_code == 0
        return {row["data"]: row["deleted"] for row in json.loads(result.stdout)}

    first, second = run(), run()

    assert (first["events"], first["onboardings"]) == (3, 1)
    runs = AuditLogEntry.select().where(AuditLogEntry.action == "retention.run")
    entries = list(runs.order_by(AuditLogEntry.id))
    assert [entry.actor_name for entry in entries] == ["command line"] * 2
    assert (entries[0].after, entries[1].after) == ({"events": 3, "onboardings": 1}, {})
    assert set(second) == set(STEPS)
    assert set(second.values()) == {0}
    assert not WebhookEvent.select().exists()


def test_command_deletes_all_that_the_schedule_deletes() -> None:
    deleting = {
        entry.task
        for entry in UPKEEP
        if entry.task.__name__.startswith(("prune", "expire", "reclaim"))
    }

    assert set(STEPS.values()) == deleting
