"""Let merchants download all products, orders, customers or coupons of a store."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.records.export_records import EXPORTS, ExportFormat
from portal.web.exports.files import export_file
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.stores.access import my_store

blueprint = Blueprint("exports", __name__, url_prefix="/stores/<key:store_id>/export")

_NAMES = ", ".join(EXPORTS)


# A POST, for it is noted who took the data out: a page that is merely read changes nothing.
@blueprint.post(f"/<any({_NAMES}):name>.<any(csv, jsonl):form>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def take(store_id: int, name: str, form: str) -> ResponseReturnValue:
    """Return all records of a kind as a file."""
    return export_file(my_store(store_id), name, ExportFormat(form), signed_in_merchant())
