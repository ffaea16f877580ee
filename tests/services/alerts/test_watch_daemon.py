"""The portal reports a daemon that is down, and the daemon reports that it runs again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Alert, AlertCheck, AlertMedium, AlertPurpose, Lease, utc_now
from portal.services.alerts.update_alerts import update_alerts
from portal.services.alerts.watch_daemon import (
    LEASE,
    daemon_silent_since,
    report_silent_daemon,
)
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.services.alerts.conftest import MakeChannel, pass_time, purposes, run_daemon

SILENT = timedelta(minutes=6)


def texts(receiver: Channel) -> list[str]:
    return [taken.payload["text"] for taken in receiver.taken]


def test_daemon_that_is_down_is_reported_once_and_that_it_runs_again(
    runtime: Runtime, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.SLACK)
    pass_time(SILENT)

    assert report_silent_daemon(runtime) == 0
    pass_time()
    assert [report_silent_daemon(runtime), report_silent_daemon(runtime)] == [1, 0]
    assert texts(receiver) == ["The daemon wasn't running for a while"]
    assert Alert.get().resolved_at is None

    run_daemon(runtime)
    run_daemon(runtime)

    assert texts(receiver)[1:] == ["Resolved: The daemon is running again"]
    assert purposes() == [AlertPurpose.OPENED, AlertPurpose.RECOVERED]
    assert Alert.select().count() == 1


def test_daemon_that_runs_again_before_the_message_is_reported_once(
    runtime: Runtime, receiver: Channel, make_channel: MakeChannel
) -> None:
    make_channel(AlertMedium.SLACK)
    pass_time(SILENT)
    report_silent_daemon(runtime)

    update_alerts(runtime)
    pass_time()
    run_daemon(runtime)
    run_daemon(runtime)

    assert texts(receiver) == ["The daemon is running again"]
    assert purposes() == [AlertPurpose.OPENED]


def test_daemon_that_runs_or_was_never_started_is_not_reported(
    runtime: Runtime, make_channel: MakeChannel
) -> None:
    assert daemon_silent_since() is None
    assert report_silent_daemon(runtime) == 0
    AlertCheck.delete().execute()

    assert report_silent_daemon(runtime) == 0
    assert not Alert.select().exists()


@pytest.mark.promise(1)
def test_one_process_reports_at_a_time(runtime: Runtime, make_channel: MakeChannel) -> None:
    make_channel()
    AlertCheck.update(checked_at=utc_now() - SILENT).execute()
    Lease.acquire(LEASE, "another process", 60)

    assert report_silent_daemon(runtime) == 0
    assert not Alert.select().exists()
