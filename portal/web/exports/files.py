"""Answer an export as a file that leaves while it is written."""

from __future__ import annotations

from flask import Response, stream_with_context

from portal.models import Merchant, Store, utc_now
from portal.services.records.export_records import ExportFormat, export, note_export


def export_file(store: Store, name: str, form: ExportFormat, who: Merchant) -> Response:
    """Return the file, and note who takes it."""
    note_export(store, name, form, who)
    # The request's database connection stays open until the last part has left.
    answer = Response(stream_with_context(export(store, name, form)), mimetype=form.mimetype)
    file_name = f"{name}-{store.id}-{utc_now():%Y-%m-%d}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.cache_control.no_store = True
    return answer
