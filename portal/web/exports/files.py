"""Responses with the file of an export.

A file is written completely before the response begins. The web server then sends it without a
thread, however slowly the client reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import BinaryIO

import structlog
from flask import Response, request
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wsgi import wrap_file

from portal.models import Merchant, Store, utc_now
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import ALL_RECORDS, ExportFormat, export, log_export
from portal.web.exports.slots import export_slot
from portal.web.order_labels import (
    FULFILLMENT_LABELS,
    PAYMENT_LABELS,
    fulfillment_status,
    payment_status,
)
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)


def written_file(chunks: Iterable[bytes], mimetype: str, name: str, extension: str) -> Response:
    """Write the chunks into a file without a name, and return it as a file of today.

    The chunks are read only if the process writes fewer exports than it may. Raises
    TooManyExportsError otherwise.
    """
    folder = current_runtime().settings.export_directory
    with export_slot(), ExitStack() as stack:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = stack.enter_context(TemporaryFile(dir=folder))
            file.writelines(chunks)
        except OSError as error:
            log.error("export.not_written", error=type(error).__name__, code=error.errno)
            raise ServiceUnavailable from error
        stack.pop_all()
    return file_response(file, mimetype, name, extension)


def file_response(file: BinaryIO, mimetype: str, name: str, extension: str) -> Response:
    """Return an open file as a download of today; the response closes it."""
    size = file.seek(0, 2)
    file.seek(0)
    # The server knows its own wrapper, and sends the file without reading it.
    answer = Response(wrap_file(request.environ, file), mimetype=mimetype, direct_passthrough=True)
    file_name = f"{name}-{utc_now():%Y-%m-%d}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.content_length = size
    answer.cache_control.no_store = True
    return answer


def immediate_export(
    store: Store,
    name: str,
    form: ExportFormat,
    actor: Merchant | None,
    guard: FormulaGuard,
    terms: SaleTerms = OWN_TERMS,
    *,
    options: ExportOptions = ALL_RECORDS,
) -> Response:
    """Return an export of few records; the audit log records who downloads it.

    ``actor`` is None for the current key. ``terms`` are those of the channel that downloads it.
    Raises TooManyExportsError as `written_file`.
    """

    def chunks() -> Iterator[bytes]:
        log_export(store, name, form, actor, options)
        yield from export(store, name, form, status_names(store), terms, guard, options=options)

    return written_file(chunks(), form.mimetype, f"{name}-{store.id}", str(form))


def export_response(file: BinaryIO, store: Store, name: str, form: ExportFormat) -> Response:
    """Return the file of a store's export."""
    return file_response(file, form.mimetype, f"{name}-{store.id}", str(form))


def status_names(store: Store) -> dict[str, str]:
    """Return the label of each order status, by the store's own names if it has them."""
    names = {status: str(payment_status(status, store).text) for status in PAYMENT_LABELS}
    return names | {
        status: str(fulfillment_status(status, store).text) for status in FULFILLMENT_LABELS
    }
