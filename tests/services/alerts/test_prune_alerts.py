"""Old alerts and messages go after 90 days."""

from __future__ import annotations

from datetime import timedelta

from portal.models import Alert, AlertDelivery, AlertMessage, AlertNotice, Store, utc_now
from portal.rules.connection.issue_kinds import IssueKind
from portal.services.alerts.prune_alerts import KEPT_FOR, prune_alerts
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime
from tests.services.alerts.conftest import MakeChannel, report, stop_store

LONG_AGO = KEPT_FOR + timedelta(days=1)


def test_resolved_alerts_and_their_messages_go(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    report(runtime)
    resolve_issue(store.id, IssueKind.TOKEN_DEAD)
    report(runtime)
    assert prune_alerts(runtime) == 0

    AlertMessage.update(created_at=utc_now() - LONG_AGO).execute()
    Alert.update(resolved_at=utc_now() - LONG_AGO).execute()

    assert prune_alerts(runtime) == 3
    for table in (Alert, AlertMessage, AlertDelivery, AlertNotice):
        assert table.select().count() == 0


def test_message_of_an_open_alert_stays(
    runtime: Runtime, store: Store, make_channel: MakeChannel
) -> None:
    make_channel()
    stop_store(store)
    report(runtime)
    AlertMessage.update(created_at=utc_now() - LONG_AGO).execute()

    assert prune_alerts(runtime) == 0
