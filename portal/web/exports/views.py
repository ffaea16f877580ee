"""Exports of all products, variations, orders, customers or coupons of a store as files."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import ExportRefusedError
from portal.models import ExportState
from portal.services.records.export_records import EXPORTS, ExportFormat
from portal.services.records.request_exports import (
    WantedExport,
    find_export,
    is_immediate,
    list_exports,
    open_export,
    request_export,
)
from portal.web.exports.chosen_options import chosen_options
from portal.web.exports.files import export_response, immediate_export, status_names
from portal.web.exports.formula_guard import chosen_guard
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, members_only

blueprint = Blueprint("exports", __name__, url_prefix="/stores/<key:store_id>")

_NAMES = ", ".join(EXPORTS)


# A POST because a GET must change nothing, and the audit log records the export.
@blueprint.post(f"/export/<any({_NAMES}):name>.<any(csv, jsonl):extension>")
@login_required
@members_only
@limiter.limit(CONTROL_BY_ADDRESS)
def download(store_id: int, name: str, extension: str) -> ResponseReturnValue:
    """Return the records of a list as a file, or have the daemon write it.

    The URL has the search, filters and order of the list; without any, all records are exported.
    """
    store, form, guard = get_store_or_404(store_id), ExportFormat(extension), chosen_guard()
    person, options = signed_in_merchant(), chosen_options(name)
    if is_immediate(store, name):
        return immediate_export(store, name, form, person, guard, options=options)
    wanted = WantedExport(name, form, guard, status_names(store), options)
    try:
        request_export(current_runtime(), store, wanted, person)
    except ExportRefusedError:
        flash(
            _("Other exports are still being prepared. Wait until one is ready, then try again."),
            "error",
        )
    return redirect(url_for("exports.index", store_id=store.id), 303)


@blueprint.get("/exports")
@login_required
@members_only
def index(store_id: int) -> ResponseReturnValue:
    """List the exports of the last day with their progress, newest first."""
    store = get_store_or_404(store_id)
    exports = list_exports(store)
    return render_template(
        "exports/index.html",
        store=store,
        exports=exports,
        is_live=any(each.state == ExportState.WAITING for each in exports),
    )


# A POST for the same reason.
@blueprint.post("/exports/<key:file_id>/file")
@login_required
@members_only
@limiter.limit(CONTROL_BY_ADDRESS)
def file(store_id: int, file_id: int) -> ResponseReturnValue:
    """Return the file of a finished export."""
    store = get_store_or_404(store_id)
    found = find_export(store, file_id)
    if found is None or found.state != ExportState.DONE:
        abort(404)
    opened = open_export(current_runtime(), found, actor=signed_in_merchant())
    if opened is None:
        flash(_("The file of this export no longer exists. Start a new export."), "error")
        return redirect(url_for("exports.index", store_id=store.id), 303)
    return export_response(opened, store, found.name, ExportFormat(found.format))
