"""Response that streams an export as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Response, stream_with_context

from portal.models import Merchant, Store, utc_now
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.records.export_records import ExportFormat, export, log_export
from portal.web.exports.slots import take_export_slot
from portal.web.order_labels import (
    FULFILLMENT_LABELS,
    PAYMENT_LABELS,
    fulfillment_status,
    payment_status,
)


def export_file(
    store: Store,
    name: str,
    form: ExportFormat,
    actor: Merchant | None,
    guard: FormulaGuard,
    terms: SaleTerms = OWN_TERMS,
) -> Response:
    """Return the file; the audit log records who downloads it.

    ``terms`` are those of the channel that downloads it.

    Raises TooManyExportsError if the process sends as many exports as it may.
    """

    def chunks() -> Iterator[bytes]:
        log_export(store, name, form, actor)
        return export(store, name, form, _status_names(store), terms, guard)

    return streamed_file(chunks, form.mimetype, f"{name}-{store.id}", str(form))


def streamed_file(
    chunks: Callable[[], Iterator[bytes]], mimetype: str, name: str, extension: str
) -> Response:
    """Return a file of today that is sent in chunks; ``chunks`` is called if a slot is free.

    Raises TooManyExportsError if the process sends as many exports as it may.
    """
    with take_export_slot() as taken:
        body = chunks()
        slot = taken.pop_all()
    # Keeps the request's database connection open until the last chunk has been sent.
    answer = Response(stream_with_context(_closing(slot, body)), mimetype=mimetype)
    # A client that disconnects before the first chunk ends the response, too.
    answer.call_on_close(slot.close)
    file_name = f"{name}-{utc_now():%Y-%m-%d}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.cache_control.no_store = True
    return answer


def _closing(slot: ExitStack, chunks: Iterator[bytes]) -> Iterator[bytes]:
    with slot:
        yield from chunks


def _status_names(store: Store) -> dict[str, str]:
    """Return the label of each order status, by the store's own names if it has them."""
    names = {status: str(payment_status(status, store).text) for status in PAYMENT_LABELS}
    return names | {
        status: str(fulfillment_status(status, store).text) for status in FULFILLMENT_LABELS
    }
