"""The portal's thread makes the first operator and reports a daemon that is down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest

from portal.models import Alert, AlertCheck, AuditLogEntry, Merchant, utc_now
from portal.services.runtime import Runtime
from portal.web.server.portal_watch import PortalWatch
from tests.web.emails import sent_emails

EMAIL = "root@example.com"


@pytest.fixture
def runtime(runtime: Runtime) -> Runtime:
    """Runtime of a new portal with the setting FIRST_OPERATOR_EMAIL."""
    return replace(runtime, settings=replace(runtime.settings, first_operator_email=EMAIL))


def do_round(watch: PortalWatch) -> None:
    """Do one round in a thread, whose database connection is its own."""
    thread = Thread(target=watch.do_round)
    thread.start()
    thread.join()


def test_first_operator_is_made_once_by_several_processes(runtime: Runtime) -> None:
    watches = [PortalWatch(runtime, interval_s=0.01) for _ in range(3)]
    for watch in watches:
        watch.start()
    for watch in watches:
        watch.stop()
        do_round(watch)

    assert Merchant.get().email == EMAIL
    assert AuditLogEntry.select().count() == len(sent_emails(runtime)) == 1


def test_operator_is_looked_for_again_until_the_database_answers(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = PortalWatch(runtime)
    runtime.database.execute_sql("ALTER TABLE merchant RENAME TO elsewhere")
    do_round(watch)
    assert "portal_watch.database_unavailable" in capsys.readouterr().out
    runtime.database.execute_sql("ALTER TABLE elsewhere RENAME TO merchant")

    do_round(watch)

    assert Merchant.get().is_admin


def test_wrong_address_is_logged_once_and_stops_nothing(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = replace(runtime, settings=replace(runtime.settings, first_operator_email="a@b@c"))
    AlertCheck.create(checked_at=utc_now() - timedelta(minutes=6))
    watch = PortalWatch(wrong)

    do_round(watch)
    do_round(watch)

    assert capsys.readouterr().out.count("operator.first_not_made") == 1
    assert Alert.get().kind == "daemon_down"


def test_unexpected_error_does_not_end_the_thread(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = replace(runtime, settings=replace(runtime.settings, first_operator_email=5))  # type: ignore[arg-type]

    do_round(PortalWatch(broken))

    assert "portal_watch.failed" in capsys.readouterr().out
