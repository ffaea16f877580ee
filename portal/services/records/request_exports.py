"""Requests to export a store's records as a file, which the daemon writes.

An export of few records is written at once, in the request. See docs/decisions/exports.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import BinaryIO

import structlog
from peewee import Expression, ModelSelect

from portal.errors import ExportRefusedError
from portal.jobs import WRITE_EXPORT
from portal.models import (
    AuditLogEntry,
    ChannelConsent,
    ExportState,
    Merchant,
    RecordExport,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import (
    ALL_RECORDS,
    EXPORTS,
    ExportFormat,
    log_export,
)
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# More records are written by the daemon. These take a fraction of a second.
IMMEDIATE_RECORDS = 2_000
EXPORT_TTL = timedelta(days=1)
# Exports of one store that wait, and those that are kept; the pages and each channel count apart.
WAITING_LIMIT = 3
KEPT_LIMIT = 10
# Exports of one person that wait, in all stores.
WAITING_OF_PERSON = 10


@dataclass(frozen=True)
class WantedExport:
    """Content of an export; ``name`` is a key of `EXPORTS`."""

    name: str
    form: ExportFormat
    guard: FormulaGuard = FormulaGuard.STANDARD
    status_names: Mapping[str, str] = field(default_factory=dict)
    options: ExportOptions = ALL_RECORDS


def is_immediate(store: Store, name: str) -> bool:
    """Return whether the store has so few of these records that the request can write them."""
    return EXPORTS[name].table.live_count(store.id) <= IMMEDIATE_RECORDS


def request_export(
    runtime: Runtime,
    store: Store,
    wanted: WantedExport,
    person: Merchant | None,
    consent: ChannelConsent | None = None,
) -> RecordExport:
    """Have the daemon write an export; return it, or the same one that waits already.

    ``person`` is the account, or that of the API key, which may have none. Raises
    ExportRefusedError if too many wait.
    """
    with database.atomic():
        list(locked(Store.select(Store.id).where(Store.id == store.id)))
        same = _waiting(store, wanted, person, consent)
        if same is not None:
            return same
        _check_number(store, person, consent)
        _forget_oldest(store, consent)
        export = RecordExport.create(
            store=store,
            requested_by=person,
            consent=consent,
            name=wanted.name,
            format=wanted.form,
            formula_guard=wanted.guard,
            status_names=dict(wanted.status_names),
            options=wanted.options.document(),
            total=EXPORTS[wanted.name].table.live_count(store.id),
            expires_at=utc_now() + EXPORT_TTL,
        )
        # Without a person the entry names the key.
        actor = person if consent is None else None
        log_export(store, wanted.name, wanted.form, actor, wanted.options)
    runtime.wake(WRITE_EXPORT, export.id, at_front=True)
    log.info("export.requested", store=store.id, export=export.id, name=wanted.name)
    return export


def list_exports(store: Store) -> list[RecordExport]:
    """Return the exports that were requested on the store's pages, newest first."""
    return list(_exports_of(store, None).order_by(RecordExport.id.desc()).limit(KEPT_LIMIT))


def find_export(
    store: Store, export_id: int, consent: ChannelConsent | None = None
) -> RecordExport | None:
    """Return an export that was requested on the pages, or with a key of the consent's channel."""
    found: RecordExport | None = (
        _exports_of(store, consent).where(RecordExport.id == export_id).first()
    )
    return found


def open_export(
    runtime: Runtime, export: RecordExport, *, actor: Merchant | None
) -> BinaryIO | None:
    """Return the file of a finished export, and record the download in the audit log.

    ``actor`` is None for the current key. Returns None if the file isn't on this server.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(export_path(runtime.settings, export).open("rb"))
        except FileNotFoundError:
            log.error("export.file_missing", store=export.store_id, export=export.id)
            return None
        AuditLogEntry.record_request(
            export.store_id,
            AuditAction.EXPORT_DOWNLOADED,
            export.name,
            actor=actor,
            after={"export": export.id, "count": export.rows},
        )
        stack.pop_all()
    return file


def _exports_of(store: Store, consent: ChannelConsent | None) -> ModelSelect[RecordExport]:
    of_sender = (
        RecordExport.consent.is_null() if consent is None else RecordExport.consent == consent.id
    )
    return RecordExport.select().where(
        RecordExport.store == store.id, of_sender, RecordExport.expires_at > utc_now()
    )


def _waiting(
    store: Store, wanted: WantedExport, person: Merchant | None, consent: ChannelConsent | None
) -> RecordExport | None:
    waiting = _exports_of(store, consent).where(
        RecordExport.state == ExportState.WAITING,
        _is_of(person),
        RecordExport.name == wanted.name,
        RecordExport.format == wanted.form,
        RecordExport.formula_guard == wanted.guard,
    )
    options = wanted.options.document()
    return next((export for export in waiting if (export.options or {}) == options), None)


def _is_of(person: Merchant | None) -> Expression:
    field = RecordExport.requested_by
    is_theirs: Expression = field.is_null() if person is None else field == person.id
    return is_theirs


def _check_number(store: Store, person: Merchant | None, consent: ChannelConsent | None) -> None:
    waiting = RecordExport.state == ExportState.WAITING
    of_person = RecordExport.select().where(waiting, _is_of(person))
    if _exports_of(store, consent).where(waiting).count() >= WAITING_LIMIT or (
        person is not None and of_person.count() >= WAITING_OF_PERSON
    ):
        raise ExportRefusedError(f"store {store.id}: too many exports wait")


def _forget_oldest(store: Store, consent: ChannelConsent | None) -> None:
    """Make room for one more export; a sweep deletes the files of those that are gone."""
    finished = _exports_of(store, consent).where(RecordExport.state != ExportState.WAITING)
    ids = [export.id for export in finished.order_by(RecordExport.id.desc())]
    RecordExport.delete().where(RecordExport.id.in_(ids[KEPT_LIMIT - WAITING_LIMIT :])).execute()
