"""Response that streams an export as a file."""

from __future__ import annotations

from flask import Response, stream_with_context

from portal.models import Merchant, Store, utc_now
from portal.services.records.export_records import ExportFormat, export, log_export


def export_file(store: Store, name: str, form: ExportFormat, actor: Merchant) -> Response:
    """Return the file; the audit log records who downloads it."""
    log_export(store, name, form, actor)
    # Keeps the request's database connection open until the last chunk has been sent.
    answer = Response(stream_with_context(export(store, name, form)), mimetype=form.mimetype)
    file_name = f"{name}-{store.id}-{utc_now():%Y-%m-%d}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.cache_control.no_store = True
    return answer
