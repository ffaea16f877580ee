"""Actions on many stores: confirmation, progress, cancellation, and the list of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.errors import BulkActionRefusedError
from portal.models import BulkAction, BulkActionKind
from portal.services.operator import bulk_action_emails, bulk_actions
from portal.web.accounts.fresh_password import fresh_password_required
from portal.web.formats import number
from portal.web.limits import (
    CONTROL_BY_ADDRESS,
    limiter,
)
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.bulk_action_form import (
    FORMS,
    BulkActionForm,
    BulkActionRequest,
    DisconnectStoresForm,
    NotifyMerchantsForm,
    read_bulk_action_request,
    read_count,
)
from portal.web.operator.bulk_action_labels import KINDS
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime


@blueprint.get("/actions")
@admin_required
def bulk_action_list() -> ResponseReturnValue:
    """List all actions on many stores, newest first."""
    page = bulk_actions.list_bulk_actions(after=id_param("after"), before=id_param("before"))
    return render_template(
        "operator/bulk_actions.html",
        actions=page.rows,
        earlier=page.earlier and url_for("operator.bulk_action_list", before=page.earlier),
        later=page.later and url_for("operator.bulk_action_list", after=page.later),
    )


@blueprint.get("/actions/new")
@admin_required
def confirm_bulk_action() -> ResponseReturnValue:
    """Show how many stores the action concerns, and ask for confirmation."""
    wanted = read_bulk_action_request(request.args)
    return _confirmation(wanted, _new_form(wanted)), 422 if wanted.problem else 200


@blueprint.post("/actions/new")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def start_bulk_action() -> ResponseReturnValue:
    """Start an action that needs no form."""
    wanted = read_bulk_action_request(request.form)
    if form := _new_form(wanted):
        return _confirmation(wanted, form), 422
    return _start(wanted, read_count(request.form.get("count")), None)


@blueprint.post("/actions/notify")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def notify_merchants() -> ResponseReturnValue:
    """Have the daemon mail the written text to the merchants of the stores."""
    form = NotifyMerchantsForm()
    wanted = _request_of(BulkActionKind.NOTIFY)
    if not form.validate():
        return _confirmation(wanted, form), 422
    return _start(wanted, read_count(request.form.get("count")), form)


def _disconnect_confirmation(form: DisconnectStoresForm) -> str:
    return _confirmation(_request_of(BulkActionKind.DISCONNECT), form)


@blueprint.post("/actions/disconnect")
@admin_required
@fresh_password_required(DisconnectStoresForm, page=_disconnect_confirmation)
def disconnect_stores(form: DisconnectStoresForm) -> ResponseReturnValue:
    """Disconnect the stores after a confirmation by their number and the admin's password."""
    return _start(_request_of(BulkActionKind.DISCONNECT), read_count(form.count.data), form)


@blueprint.get("/actions/<key:bulk_action_id>")
@admin_required
def show_bulk_action(bulk_action_id: int) -> ResponseReturnValue:
    """Show progress and results; htmx asks for this page again until the action has ended."""
    action = _action_or_404(bulk_action_id)
    after, before = id_param("after"), id_param("before")
    page = bulk_actions.list_explained_items(action, after=after, before=before)

    def address(**place: Any) -> str:
        return url_for("operator.show_bulk_action", bulk_action_id=bulk_action_id, **place)

    emails = bulk_action_emails.count_bulk_action_emails(action) if action.message else {}
    return render_template(
        "operator/bulk_action.html",
        action=action,
        emails=emails,
        items=page.rows,
        here=address(**{name: key for name, key in (("after", after), ("before", before)) if key}),
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.post("/actions/<key:bulk_action_id>/cancel")
@admin_required
@limiter.limit(CONTROL_BY_ADDRESS)
def cancel_bulk_action(bulk_action_id: int) -> ResponseReturnValue:
    """Stop the action after its current store."""
    action = _action_or_404(bulk_action_id)
    if bulk_actions.cancel_bulk_action(action, signed_in_merchant()):
        flash(_("Action canceled. Changes already made aren't undone."), "info")
    else:
        flash(_("This action has already ended."), "error")
    return redirect(url_for("operator.show_bulk_action", bulk_action_id=bulk_action_id), 303)


def _request_of(kind: BulkActionKind) -> BulkActionRequest:
    return replace(read_bulk_action_request(request.form), kind=kind)


def _new_form(wanted: BulkActionRequest) -> BulkActionForm | None:
    return FORMS[wanted.kind]() if wanted.kind in FORMS else None


def _start(
    wanted: BulkActionRequest, expected: int, form: BulkActionForm | None
) -> ResponseReturnValue:
    if wanted.problem or wanted.kind is None:
        return _confirmation(wanted, form), 422
    try:
        action = bulk_actions.start_bulk_action(
            current_runtime(),
            wanted.kind,
            wanted.selection,
            signed_in_merchant(),
            expected=expected,
            message=form.typed if isinstance(form, NotifyMerchantsForm) else None,
        )
    except BulkActionRefusedError as refused:
        changed = ngettext(
            "Not started: the filter now matches %(count)s store. Confirm this number.",
            "Not started: the filter now matches %(count)s stores. Confirm this number.",
            refused.found,
            count=number(refused.found),
        )
        return _confirmation(wanted, form, changed), 409
    return redirect(url_for("operator.show_bulk_action", bulk_action_id=action.id), 303)


def _confirmation(wanted: BulkActionRequest, form: BulkActionForm | None, changed: str = "") -> str:
    is_valid = not wanted.problem and wanted.kind is not None
    return render_template(
        "operator/confirm_bulk_action.html",
        wanted=wanted,
        form=form,
        changed=changed,
        text=KINDS[wanted.kind] if wanted.kind else None,
        count=wanted.count if is_valid else 0,
        stores=wanted.selection.first_stores() if is_valid else (),
        back=url_for("operator.stores", **wanted.back),  # type: ignore[arg-type]
    )


def _action_or_404(bulk_action_id: int) -> BulkAction:
    action = bulk_actions.find_bulk_action(bulk_action_id)
    if action is None:
        abort(404)
    return action
