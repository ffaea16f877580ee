"""Work of all stores that fails or was given up, by cause, and retry of one cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.services.operator.failing_groups import (
    FailingGroup,
    find_failing_group,
    report_failing,
)
from portal.services.operator.latest_failing import ROWS_READ
from portal.services.operator.retry_failing import RETRY_LIMIT, retry_failing_group
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required, operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.runtime import current_runtime

GROUPS_SHOWN = 50
# Pages of one store, with the URL variable of a row.
STORE_PAGES = {
    "submissions": ("orders.submission", "submission_id"),
    "order_updates": ("orders.show", "order_id"),
    "runs": ("sync.run", "run_id"),
    "events": ("events.show", "event_id"),
}


@dataclass(frozen=True)
class Example:
    """Link to the latest row of a group, or to the page that has it."""

    text: str
    href: str


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
            "Retrying %(count)s item now.",
            "Retrying %(count)s items now.",
            count,
            count=number(count),
        )
        flash(text, "info")
    else:
        flash(
            _("Nothing to retry: the failures are final, or the store or endpoint is off."),
            "error",
        )
    return redirect(url_for("operator.failures"), 303)


def _example(group: FailingGroup) -> Example | None:
    """Return the link to the group's latest row, or None if this person can't open it."""
    if group.kind in OTHER_PAGES:
        return OTHER_PAGES[group.kind](group)
    store_id = group.example_store_id
    if store_id is None:
        return None
    endpoint, variable = STORE_PAGES[group.kind]
    row = group.example if group.kind == "events" else int(group.example)
    return Example(
        _("Latest: store %(store)s", store=store_id),
        url_for(endpoint, store_id=store_id, **{variable: row}),  # type: ignore[arg-type]
    )


def _circuit(group: FailingGroup) -> Example:
    store_id = int(group.example)
    text = _("Latest: store %(store)s", store=store_id)
    return Example(text, url_for("events.index", store_id=store_id))


def _delivery(group: FailingGroup) -> Example:
    address = url_for("operator.user", user_id=int(group.example), _anchor="endpoints")
    return Example(_("Latest: the merchant's endpoints"), address)


def _connect_link(group: FailingGroup) -> Example:
    address = url_for("operator.show_onboarding", onboarding_id=int(group.example))
    return Example(_("Latest: the connect link"), address)


def _channel(group: FailingGroup) -> Example:
    address = url_for("operator.show_channel", marketplace_id=int(group.example))
    return Example(_("Latest: the channel"), address)


def _account(group: FailingGroup) -> Example | None:
    if group.example == "0":
        return None
    address = url_for("operator.user", user_id=int(group.example))
    return Example(_("Latest: the account"), address)


def _bulk_action(group: FailingGroup) -> Example | None:
    if not signed_in_merchant().is_admin:
        return None
    address = url_for("operator.show_bulk_action", bulk_action_id=int(group.example))
    return Example(_("Latest: the action"), address)


def _emails(group: FailingGroup) -> Example:
    return Example(_("Latest emails"), _emails_address(group))


# By kinds whose rows are on no page of a store.
OTHER_PAGES: dict[str, Callable[[FailingGroup], Example | None]] = {
    "circuit_breakers": _circuit,
    "deliveries": _delivery,
    "emails": _emails,
    "alerts": _emails,
    "channel_alerts": _channel,
    "connect_link_emails": _connect_link,
    "bulk_action_emails": _bulk_action,
    "queued_emails": _account,
}


def _emails_address(group: FailingGroup) -> str:
    """Return the URL of the list of e-mails that begins with the group's latest row."""
    show = "undelivered" if group.given_up else "waiting"
    is_alike = group.given_up in (0, group.count)
    if group.kind == "alerts" or not is_alike:
        anchor = "endpoints" if group.kind == "alerts" else None
        return url_for("operator.notifications", show=show, _anchor=anchor)
    return url_for("operator.notifications", show=show, after=int(group.example) + 1)


def _gone() -> ResponseReturnValue:
    flash(_("Nothing fails for this reason anymore."), "info")
    return redirect(url_for("operator.failures"), 303)
