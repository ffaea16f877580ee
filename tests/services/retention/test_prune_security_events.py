"""Old security events are deleted, younger ones stay."""

from __future__ import annotations

from datetime import timedelta

from portal.models import SecurityEvent
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.security_events import record_security_event
from portal.services.retention.prune_security_events import RETENTION, prune_security_events
from portal.services.runtime import Runtime


def test_events_are_kept_for_90_days(runtime: Runtime) -> None:
    for number in (1, 2):
        record_security_event(
            runtime, SecurityEventKind.CODE_REFUSED, ip_address=f"10.0.{number}.1"
        )
    runtime.security_events.flush()
    is_first = SecurityEvent.network == "10.0.1.0/24"
    old = SecurityEvent.get(is_first).hour_at - RETENTION - timedelta(hours=1)
    SecurityEvent.update(hour_at=old).where(is_first).execute()

    assert (prune_security_events(runtime), prune_security_events(runtime)) == (1, 0)
    assert SecurityEvent.get().network == "10.0.2.0/24"


def test_oldest_events_beyond_the_largest_number_are_deleted(runtime: Runtime) -> None:
    for number in range(5):
        record_security_event(
            runtime, SecurityEventKind.CODE_REFUSED, ip_address=f"10.0.{number}.1"
        )
    runtime.security_events.flush()

    assert [prune_security_events(runtime, max_rows=each) for each in (5, 3, 3)] == [0, 2, 0]
    left = SecurityEvent.select().order_by(SecurityEvent.id)
    assert [row.network for row in left] == [f"10.0.{number}.0/24" for number in (2, 3, 4)]
