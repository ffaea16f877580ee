"""Command that prints queues, workers and due work."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Flask

from portal.jobs import PROBE_STORE
from portal.models import Store
from portal.services.runtime import Runtime
from portal.web.app import create_app


def test_waiting_jobs_and_due_work_are_printed(app: Flask, store: Store, runtime: Runtime) -> None:
    runtime.wake(PROBE_STORE, store.id)

    table = app.test_cli_runner().invoke(args=["queues"])
    report = json.loads(app.test_cli_runner().invoke(args=["queues", "--json"]).stdout)

    [checks] = [row for row in report["queues"] if row["queue"] == "checks"]
    [due] = [row for row in report["due_work"] if row["due_work"] == "checks"]
    assert (checks["waiting"], checks["running"], checks["workers"]) == (1, 0, 0)
    assert (due["count"], due["queue"]) == (1, "checks")
    assert report["schedule_runs"] is False
    assert "No schedule runs" in table.stderr
    assert "due work" in table.stdout


def test_due_work_is_printed_without_the_queue_server(store: Store, runtime: Runtime) -> None:
    settings = replace(runtime.settings, redis_url="unix:///nowhere.sock")
    app = create_app(replace(runtime, settings=settings))

    result = app.test_cli_runner().invoke(args=["queues", "--json"])

    assert result.exit_code == 3
    # In tests, log lines go to stdout as well.
    assert json.loads(result.stdout[result.stdout.index("{") :])["queues"] == []
    assert "the queue server doesn't answer" in result.stderr
