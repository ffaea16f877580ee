"""Work of all stores that fails or was given up, by cause, and retry of one cause."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.services.operator.failing_groups import (
    FailingGroup,
    find_failing_group,
    report_failing,
)
from portal.services.operator.failing_work import ROWS_READ
from portal.services.operator.retry_failing import RETRY_LIMIT, retry_failing_group
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.runtime import current_runtime

GROUPS_SHOWN = 50
# Pages of examples; deliveries and e-mails have none that an operator may open.
EXAMPLES = {
    "submissions": ("orders.submission", "submission_id"),
    "order_updates": ("orders.show", "order_id"),
    "runs": ("sync.run", "run_id"),
    "events": ("events.show", "event_id"),
}


@blueprint.get("/failures")
@operator_required
def failures() -> ResponseReturnValue:
    """Show what is failing now; htmx asks for this page again while anything fails."""
    report = report_failing()
    return render_template(
        "operator/failures.html",
        report=report,
        groups=[(group, _example(group)) for group in report.groups[:GROUPS_SHOWN]],
        shown=GROUPS_SHOWN,
        rows_read=ROWS_READ,
    )


@blueprint.get("/failures/retry")
@admin_required
def confirm_retry_failures() -> ResponseReturnValue:
    """Show how much work of one cause would be retried and ask for confirmation."""
    group = find_failing_group(request.args.get("kind", ""), request.args.get("group", ""))
    if group is None:
        return _gone()
    return render_template("operator/retry_failures.html", group=group, limit=RETRY_LIMIT)


@blueprint.post("/failures/retry")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def retry_failures() -> ResponseReturnValue:
    """Retry the work of one cause."""
    group = find_failing_group(request.form.get("kind", ""), request.form.get("group", ""))
    if group is None:
        return _gone()
    count = retry_failing_group(current_runtime(), group, signed_in_merchant())
    if count:
        text = ngettext(
            "%(count)s is tried again now.",
            "%(count)s are tried again now.",
            count,
            count=number(count),
        )
        flash(text, "info")
    else:
        flash(
            _("Nothing could be tried again: it is final, or its store or endpoint is off."),
            "error",
        )
    return redirect(url_for("operator.failures"), 303)


def _example(group: FailingGroup) -> str | None:
    """Return the URL of the group's latest row, or None if operators can't open it."""
    if group.example_store_id is None or group.kind not in EXAMPLES:
        return None
    endpoint, variable = EXAMPLES[group.kind]
    is_text = group.kind == "events"
    row = group.example if is_text else int(group.example)
    return url_for(endpoint, store_id=group.example_store_id, **{variable: row})  # type: ignore[arg-type]


def _gone() -> ResponseReturnValue:
    flash(_("Nothing fails for this reason any more."), "info")
    return redirect(url_for("operator.failures"), 303)
