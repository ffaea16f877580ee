"""Response that streams an export as a file."""

from __future__ import annotations

from flask import Response, stream_with_context

from portal.models import Merchant, Store, utc_now
from portal.services.records.export_records import ExportFormat, export, log_export
from portal.web.order_labels import (
    FULFILLMENT_LABELS,
    PAYMENT_LABELS,
    fulfillment_status,
    payment_status,
)


def export_file(store: Store, name: str, form: ExportFormat, actor: Merchant) -> Response:
    """Return the file; the audit log records who downloads it."""
    log_export(store, name, form, actor)
    chunks = export(store, name, form, _status_names(store))
    # Keeps the request's database connection open until the last chunk has been sent.
    answer = Response(stream_with_context(chunks), mimetype=form.mimetype)
    file_name = f"{name}-{store.id}-{utc_now():%Y-%m-%d}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.cache_control.no_store = True
    return answer


def _status_names(store: Store) -> dict[str, str]:
    """Return the label of each order status, by the store's own names if it has them."""
    names = {status: str(payment_status(status, store).text) for status in PAYMENT_LABELS}
    return names | {
        status: str(fulfillment_status(status, store).text) for status in FULFILLMENT_LABELS
    }
