"""Erasure of a customer's data in the portal, at once and for good; Ecwid's data is not touched.

The data subject's keys go onto the suppression list first, so no concurrent read restores the data.
The rows follow, in short batches. The audit entry and the end of the request come last. An
interrupted erasure starts over; what is already erased isn't counted twice. See
docs/decisions/privacy-requests.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from peewee import ModelSelect, fn

from portal.models import (
    AuditLogEntry,
    Customer,
    EventTermProgress,
    Order,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    RecordChange,
    Resource,
    SuppressionEntry,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.privacy.data_subject_keys import customer_key, email_key
from portal.services.events.erase_events import erase_events, events_about, events_with
from portal.services.mirror.suppression_list import (
    CUSTOMER_DATA,
    ORDER_DATA,
    erase_customers,
    erase_orders,
    erase_quarantined,
)
from portal.services.privacy.data_subject_orders import (
    erase_submissions,
    erase_updates,
    has_unfinished_submission,
)
from portal.services.retention.export_files import delete_withdrawn_files, withdraw_exports
from portal.services.runtime import Runtime

ORDERS_PER_BATCH = 50


def erase_data_subject(
    runtime: Runtime, request: PrivacyRequest, keep_lease: Callable[[], None]
) -> bool:
    """Erase the data of the request's customer; return False if a part must wait.

    Does nothing, and returns False, if the owner has just stopped the request.

    ``keep_lease`` is called before each batch.
    """
    erasure = Erasure(runtime, request, keep_lease)
    if not erasure.begin():
        return False
    erasure.erase_orders()
    erasure.erase_records()
    # Events not yet in the search index are found, and erased, only after they are indexed.
    if not erasure.are_terms_indexed():
        return False
    erasure.erase_events()
    # An unfinished order needs its customer's data until its outcome is certain.
    if not erasure.erase_submissions():
        return False
    erasure.finish()
    return True


class Erasure:
    """Erasure for one request; each step can be repeated."""

    def __init__(
        self, runtime: Runtime, request: PrivacyRequest, keep_lease: Callable[[], None]
    ) -> None:
        self._runtime = runtime
        self._request = request
        self._keep_lease = keep_lease
        self._store_id = request.store_id
        self._customer_id = request.customer_id or 0
        self._emails: list[str] = request.emails or []
        self._keys = {customer_key(self._customer_id)} | {
            email_key(self._store_id, email) for email in self._emails
        }
        self._newest_event = 0

    def begin(self) -> bool:
        """Add the keys to the suppression list, so that no later read restores the data.

        Return False if the request was stopped.
        """
        with self._write_batch():
            started = PrivacyRequest.update(held_until=None).where(
                PrivacyRequest.id == self._request.id,
                PrivacyRequest.state == PrivacyRequestState.WAITING,
            )
            if not started.execute():
                return False
            self._request.held_until = None
            SuppressionEntry.add(self._store_id, self._keys)
            self._request.save()
        self._newest_event = (
            WebhookEvent.select(fn.MAX(WebhookEvent.id))
            .where(WebhookEvent.store_id == self._store_id)
            .scalar()
            or 0
        )
        return True

    def erase_orders(self) -> None:
        """Erase the data subject from orders with the customer's id or one of the addresses."""
        for condition in (
            Order.customer_id == self._customer_id,
            Order.email.in_(self._emails or [""]),
        ):
            after_id = 0
            while ids := self._order_ids(condition, after_id):
                with self._write_batch():
                    Order.lock(self._store_id)
                    self._count("orders", erase_orders(self._store_id, ids))
                    self._count("order_changes", erase_updates(self._store_id, ids))
                after_id = ids[-1]

    def erase_records(self) -> None:
        """Erase the customer's own row, their quarantined records and their change history."""
        with self._write_batch():
            Customer.lock(self._store_id)
            Order.lock(self._store_id)
            self._count("customers", erase_customers(self._store_id, [self._customer_id]))
            for data, ids in ((CUSTOMER_DATA, [str(self._customer_id)]), (ORDER_DATA, [])):
                erased = erase_quarantined(self._store_id, data, self._keys, ids)
                self._count("unreadable_records", erased)
            changes = RecordChange.delete().where(
                RecordChange.store == self._store_id,
                RecordChange.resource == Resource.CUSTOMERS,
                RecordChange.remote_id == self._customer_id,
            )
            self._count("changes", changes.execute())

    def are_terms_indexed(self) -> bool:
        """Return whether all events from before the erasure are in the search index."""
        progress = EventTermProgress.get_or_none()
        newer = WebhookEvent.select().where(
            WebhookEvent.id > (progress.upto_id if progress else 0),
            WebhookEvent.id <= self._newest_event,
        )
        return not newer.exists()

    def erase_events(self) -> None:
        """Erase the data subject from events about the customer, or with one of the addresses."""
        progress = EventTermProgress.get_or_none()
        upto_id = progress.upto_id if progress else 0
        self._erase_events(events_about(self._store_id, self._customer_id, upto_id))
        for email in self._emails:
            self._erase_events(events_with(self._store_id, email))

    def erase_submissions(self) -> bool:
        """Erase the data subject from submissions; return False while one is unfinished."""
        theirs = (self._store_id, self._customer_id, self._emails)
        with self._write_batch():
            self._count("submissions", erase_submissions(*theirs))
        return not has_unfinished_submission(*theirs)

    def finish(self) -> None:
        """Delete the addresses and exports, and record the erasure in the audit log."""
        request = self._request
        with self._write_batch():
            PrivacyRequest.update(document=None, expires_at=None).where(
                PrivacyRequest.store == self._store_id,
                PrivacyRequest.kind == PrivacyRequestKind.ACCESS,
                PrivacyRequest.customer_id == self._customer_id,
            ).execute()
            withdraw_exports(self._store_id)
            request.state, request.finished_at = PrivacyRequestState.DONE, utc_now()
            request.emails = request.error = None
            request.save()
            AuditLogEntry.record(
                self._store_id,
                AuditAction.PRIVACY_ERASED,
                f"customer {self._customer_id}",
                after={"request": request.id, "counts": request.counts},
            )
        delete_withdrawn_files(self._runtime.settings, self._store_id)

    def _order_ids(self, condition: object, after_id: int) -> list[int]:
        rows: ModelSelect[Order] = Order.select(Order.remote_id).where(
            Order.store == self._store_id, condition, Order.remote_id > after_id
        )
        return [row.remote_id for row in rows.order_by(Order.remote_id).limit(ORDERS_PER_BATCH)]

    def _erase_events(self, parts: Iterator[Sequence[int]]) -> None:
        for ids in parts:
            with self._write_batch():
                self._count("events", erase_events(self._store_id, ids, self._keys))

    def _count(self, what: str, more: int) -> None:
        """Add to the request's counts, in the same transaction as the counted change."""
        counts = dict(self._request.counts)
        counts[what] = counts.get(what, 0) + more
        self._request.counts = counts
        PrivacyRequest.update(counts=counts).where(PrivacyRequest.id == self._request.id).execute()

    @contextmanager
    def _write_batch(self) -> Iterator[None]:
        """Take the SQLite write lock fairly: the receiver gets its turn between two batches."""
        self._keep_lease()
        with self._runtime.write_lock.held(), database.atomic():
            yield
