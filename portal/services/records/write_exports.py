"""Writing of exports as files by the daemon, in time slices under a lease.

The row stores up to which record and byte the file is complete. A killed worker's successor cuts
off what came after it and continues there; without the file it begins again.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog
from peewee import JOIN

from portal.jobs import WRITE_EXPORT
from portal.models import (
    Channel,
    ChannelConsent,
    ExportProblem,
    ExportState,
    Lease,
    RecordExport,
    Store,
    database,
    utc_now,
)
from portal.process import should_stop
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.channels.sale_terms import catalog_terms_of
from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import ExportFormat, export_pages
from portal.services.records.request_exports import EXPORT_TTL
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import INTERRUPTIONS
from portal.services.work.leases import Claim, claimed

log = structlog.get_logger(__name__)

# Other exports wait during this time.
TIME_SLICE_S = 5.0
# A page shows the progress.
CHECKPOINT_S = 1.0
LEASE_TTL_S = 60.0
LEASE_PREFIX = "export:"
RETRY_AFTER = timedelta(seconds=30)
MAX_ATTEMPTS = 3
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_export(runtime: Runtime, export_id: int) -> None:
    """Write the next records of an export for a time slice; safe to run twice."""
    is_unfinished = False
    with claimed(f"{LEASE_PREFIX}{export_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        export = _waiting(export_id)
        if export is not None:
            is_unfinished = _try(runtime, export, claim)
    if is_unfinished:
        runtime.wake(WRITE_EXPORT, export_id)


def wake_waiting_exports(runtime: Runtime) -> int:
    """Wake the daemon for exports that no worker writes; return how many."""
    return runtime.wake_due(due_exports())


def due_exports() -> DueWork:
    """Return the waiting exports that no worker writes."""
    due = RecordExport.select(RecordExport.id).where(
        RecordExport.state == ExportState.WAITING,
        RecordExport.due_at <= utc_now(),
        RecordExport.id.not_in(Lease.held_ids(LEASE_PREFIX)),
    )
    return DueWork(WRITE_EXPORT, due, RecordExport.due_at)


def _waiting(export_id: int) -> RecordExport | None:
    """Return the export with its store and consent, None if nothing is left to write."""
    found: RecordExport | None = (
        RecordExport.select(RecordExport, Store, ChannelConsent, Channel)
        .join(Store)
        .join_from(RecordExport, ChannelConsent, JOIN.LEFT_OUTER)
        .join(Channel, JOIN.LEFT_OUTER)
        .where(RecordExport.id == export_id, RecordExport.state == ExportState.WAITING)
        .first()
    )
    return found


def _try(runtime: Runtime, export: RecordExport, claim: Claim) -> bool:
    """Write for a time slice and record a failure; return whether records are left."""
    path = export_path(runtime.settings, export)
    try:
        return _write_slice(path, export, claim)
    except INTERRUPTIONS:
        raise
    except OSError as error:
        is_full = error.errno in _DISK_FULL
        problem = ExportProblem.DISK_FULL if is_full else ExportProblem.NOT_WRITTEN
        _fail(path, export, problem, error)
    except Exception as error:  # noqa: BLE001 - a bug must not block the queue
        attempts = export.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            _fail(path, export, ExportProblem.ERROR, error)
        else:
            log.warning("export.attempt_failed", export=export.id, error=type(error).__name__)
            _change(export, attempts=attempts, due_at=utc_now() + RETRY_AFTER)
    return False


def _write_slice(path: Path, export: RecordExport, claim: Claim) -> bool:
    ends_s = time.monotonic() + TIME_SLICE_S
    with _open_at(path, export) as file:
        pages = export_pages(
            export.store,
            export.name,
            ExportFormat(export.format),
            export.status_names,
            catalog_terms_of(export.consent),
            FormulaGuard(export.formula_guard),
            options=ExportOptions.of(export.options or {}),
            after=export.last_id,
            cursor=export.cursor,
        )
        checkpoint_s = time.monotonic() + CHECKPOINT_S
        for page in pages:
            file.write(page.data)
            export.rows += page.count
            export.last_id, export.cursor = page.last_id, page.cursor
            now_s = time.monotonic()
            # A list's page may be empty, and so may the file of no records, which has no last id.
            is_over = page.last_id is not None and (now_s >= ends_s or should_stop())
            if is_over or now_s >= checkpoint_s:
                checkpoint_s = now_s + CHECKPOINT_S
                if not _keep(file, export, claim):
                    return False
            if is_over:
                return True
        if _keep(file, export, claim, state=ExportState.DONE):
            log.info("export.done", store=export.store_id, export=export.id, rows=export.rows)
    return False


def _open_at(path: Path, export: RecordExport) -> BinaryIO:
    """Open the file where the last worker has stopped; a file that is too short begins again."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
    file = open(path, "ab", opener=opener)  # noqa: SIM115 - the caller closes it
    if file.tell() < export.size_bytes or export.last_id is None:
        export.rows = export.size_bytes = 0
        export.last_id = export.cursor = None
    file.truncate(export.size_bytes)
    return file


def _keep(file: BinaryIO, export: RecordExport, claim: Claim, **changes: object) -> bool:
    """Record what is written; return False if the export was withdrawn or begins again."""
    file.flush()
    if not os.fstat(file.fileno()).st_nlink:  # The file was deleted: the next worker begins again.
        return False
    export.size_bytes = file.tell()
    if changes:
        os.fsync(file.fileno())
        now = utc_now()
        changes |= {"finished_at": now, "expires_at": now + EXPORT_TTL}
        export.total = export.rows
    with database.atomic():
        claim.keep()
        return _change(
            export,
            rows=export.rows,
            total=max(export.total, export.rows),
            size_bytes=export.size_bytes,
            last_id=export.last_id,
            cursor=export.cursor,
            **changes,
        )


def _fail(path: Path, export: RecordExport, problem: ExportProblem, error: Exception) -> None:
    """End the export, and give back the disk space."""
    _change(export, state=ExportState.FAILED, problem=problem, finished_at=utc_now())
    with suppress(OSError):
        path.unlink()
    log.error(
        "export.failed",
        store=export.store_id,
        export=export.id,
        problem=problem,
        error=type(error).__name__,
    )


def _change(export: RecordExport, **changes: object) -> bool:
    """Change the row, unless the export was withdrawn or begins again; return whether it did."""
    changed: int = (
        RecordExport.update(changes)
        .where(
            RecordExport.id == export.id,
            RecordExport.version == export.version,
            RecordExport.state == ExportState.WAITING,
        )
        .execute()
    )
    return changed == 1
