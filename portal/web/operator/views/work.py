"""Queues, workers and failed jobs, and retry or discard of failed jobs."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.models import Merchant
from portal.services.operator.failed_jobs import discard_group, find_group, retry_group
from portal.services.operator.redis_snapshot import read_redis
from portal.services.operator.work_report import report_work
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.runtime import current_runtime

RUNNING_SHOWN = 50
GROUPS_SHOWN = 50
PROCESSES_SHOWN = 100


@blueprint.get("/work")
@operator_required
def work() -> ResponseReturnValue:
    """Show queues, workers and due work; htmx asks for this page again while anything moves."""
    report = report_work(_redis_url())
    return render_template(
        "operator/work.html",
        report=report,
        redis=report.redis,
        running_shown=RUNNING_SHOWN,
        groups_shown=GROUPS_SHOWN,
        processes_shown=PROCESSES_SHOWN,
    )


@blueprint.get("/work/failed")
@admin_required
def confirm_failed_jobs() -> ResponseReturnValue:
    """Show the failed jobs of one cause and ask whether to retry or discard them."""
    snapshot = read_redis(_redis_url())
    if snapshot is None:
        return _unreachable()
    group = find_group(snapshot, request.args.get("group", ""))
    if group is None:
        return _gone()
    return render_template("operator/failed_jobs.html", group=group)


@blueprint.post("/work/failed/retry")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def retry_failed_jobs() -> ResponseReturnValue:
    """Enqueue the failed jobs of one cause again."""
    return _act(retry_group, _retried)


@blueprint.post("/work/failed/discard")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def discard_failed_jobs() -> ResponseReturnValue:
    """Delete the failed jobs of one cause."""
    return _act(discard_group, _discarded)


def _act(
    act: Callable[[str, str, Merchant], int | None], done: Callable[[int], str]
) -> ResponseReturnValue:
    count = act(_redis_url(), request.form.get("group", ""), signed_in_merchant())
    if count is None:
        return _unreachable()
    if not count:
        return _gone()
    flash(done(count), "info")
    return redirect(url_for("operator.work"), 303)


def _retried(count: int) -> str:
    return ngettext(
        "Retrying %(count)s job now.",
        "Retrying %(count)s jobs now.",
        count,
        count=number(count),
    )


def _discarded(count: int) -> str:
    return ngettext(
        "%(count)s job discarded.", "%(count)s jobs discarded.", count, count=number(count)
    )


def _gone() -> ResponseReturnValue:
    flash(_("These jobs are no longer in the failed jobs list."), "info")
    return redirect(url_for("operator.work"), 303)


def _unreachable() -> ResponseReturnValue:
    flash(_("The queue server isn't responding, so nothing was changed."), "error")
    return redirect(url_for("operator.work"), 303)


def _redis_url() -> str:
    return current_runtime().settings.effective_redis_url
