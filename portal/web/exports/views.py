"""Downloads of all products, variations, orders, customers or coupons of a store."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.records.export_records import EXPORTS, ExportFormat
from portal.web.exports.files import export_file
from portal.web.exports.formula_guard import chosen_guard
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("exports", __name__, url_prefix="/stores/<key:store_id>/export")

_NAMES = ", ".join(EXPORTS)


# A POST because a GET must change nothing, and the audit log records the download.
@blueprint.post(f"/<any({_NAMES}):name>.<any(csv, jsonl):extension>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def download(store_id: int, name: str, extension: str) -> ResponseReturnValue:
    """Return all records of one resource as a file."""
    store, form = get_store_or_404(store_id), ExportFormat(extension)
    return export_file(store, name, form, signed_in_merchant(), chosen_guard())
