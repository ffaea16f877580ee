"""Dismiss issues of a store, and undo it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.services.issues.dismiss_issue import dismiss_issue, find_dismissible, undo_dismissal
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.stores.access import get_store_or_404
from portal.web.stores.blueprint import blueprint
from portal.web.undo import flash_with_undo


@blueprint.post("/<key:store_id>/issues/<key:issue_id>/dismiss")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def dismiss(store_id: int, issue_id: int) -> ResponseReturnValue:
    """Dismiss an issue: somebody has seen its rows up to the time that the page showed."""
    store = get_store_or_404(store_id)
    issue = find_dismissible(store.id, issue_id)
    if issue is None:
        abort(404)
    until = _time(request.values.get("until", ""))
    if until is not None and dismiss_issue(issue, until, signed_in_merchant()):
        flash_with_undo(
            _("Issue dismissed. It opens again if something new happens."),
            _("Undo"),
            url_for("stores.reopen_issue", store_id=store.id, issue_id=issue.id),
        )
    else:
        flash(
            _("Not dismissed, because something has changed. Reload the page to see what is new."),
            "error",
        )
    return redirect(url_for("stores.show", store_id=store.id), 303)


@blueprint.post("/<key:store_id>/issues/<key:issue_id>/reopen")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def reopen_issue(store_id: int, issue_id: int) -> ResponseReturnValue:
    """Undo the dismissal of an issue."""
    store = get_store_or_404(store_id)
    issue = find_dismissible(store.id, issue_id)
    if issue is None:
        abort(404)
    if undo_dismissal(issue, signed_in_merchant()):
        flash(_("The issue is open again."), "success")
    else:
        flash(_("This issue isn't dismissed."), "info")
    return redirect(url_for("stores.show", store_id=store.id), 303)


def _time(text: str) -> datetime | None:
    """Return a moment in UTC, as the page sends it; None for any other text."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
