"""Command that prints the state of all background work: ``flask --app wsgi queues``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from portal.services.operator.work_report import report_work
from portal.web.command_line.groups import PartlyDoneError, with_database
from portal.web.command_line.output import json_option, print_json, print_rows
from portal.web.runtime import current_runtime

QUEUE_COLUMNS = ("queue", "waiting", "waits_since", "running", "per_minute", "failed", "workers")
WORK_COLUMNS = ("due_work", "count", "waits_since", "queue")


@click.command("queues")
@json_option
@with_appcontext
@with_database
def queues(*, as_json: bool) -> None:
    """Print how many jobs wait and run in each queue, and how much work is due in the database.

    ``workers`` counts threads. Exits with code 3 if the queue server doesn't answer; the due work
    is printed in any case.
    """
    report = report_work(current_runtime().settings.effective_redis_url)
    reported = report.redis.queues if report.redis is not None else ()
    queue_rows = [
        {
            "queue": queue.name,
            "waiting": queue.depth,
            "waits_since": queue.waits_since,
            "running": queue.running,
            "per_minute": queue.per_minute,
            "failed": queue.failed,
            "workers": queue.workers,
        }
        for queue in reported
    ]
    work_rows = [
        {
            "due_work": work.kind,
            "count": work.count,
            "waits_since": work.waits_since,
            "queue": work.queue,
        }
        for work in report.waiting
    ]
    if as_json:
        print_json(
            {"queues": queue_rows, "due_work": work_rows, "schedule_runs": report.has_schedule}
        )
    else:
        print_rows(queue_rows, QUEUE_COLUMNS, as_json=False, nothing="no queue is known")
        click.echo()
        print_rows(work_rows, WORK_COLUMNS, as_json=False, nothing="no work is due")
        if not report.has_schedule:
            click.echo("No schedule runs: start the daemon.", err=True)
    if report.redis is None:
        raise PartlyDoneError("the queue server doesn't answer")
