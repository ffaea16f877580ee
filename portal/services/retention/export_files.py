"""Files of exports in the directory of exports: their names, and their deletion.

A file is readable by the portal's user only. Its row in the database is written first and deleted
first, so a file without a row is left over.
"""

from __future__ import annotations

import re
from pathlib import Path

import structlog

from portal.config import Settings
from portal.models import ExportState, RecordExport, utc_now
from portal.models.bulk import in_values
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

log = structlog.get_logger(__name__)

_NAME = re.compile(r"\d+-(\d+)\.[a-z]+")


def export_path(settings: Settings, export: RecordExport) -> Path:
    """Return where the file of an export is."""
    return settings.export_directory / f"{export.store_id}-{export.id}.{export.format}"


def withdraw_exports(store_id: int) -> None:
    """Delete finished exports of the store, and begin the others again.

    This is part of the caller's transaction. The caller has erased something that they contain. It
    calls `delete_withdrawn_files` after the commit.
    """
    of_store = RecordExport.store == store_id
    RecordExport.delete().where(of_store, RecordExport.state != ExportState.WAITING).execute()
    RecordExport.update(
        version=RecordExport.version + 1,
        rows=0,
        size_bytes=0,
        last_id=None,
        cursor=None,
        due_at=utc_now(),
    ).where(of_store).execute()


def delete_withdrawn_files(settings: Settings, store_id: int) -> None:
    """Delete the files of the store's exports; those that are being written begin again."""
    for path in settings.export_directory.glob(f"{store_id}-*"):
        path.unlink(missing_ok=True)


def prune_export_files(runtime: Runtime) -> int:
    """Delete expired exports, and files whose export was deleted; return the number of exports."""
    expired = RecordExport.expires_at <= utc_now()
    deleted = delete_batches(runtime.write_lock, expired, RecordExport.id)
    _delete_left_over_files(runtime.settings)
    return deleted


def _delete_left_over_files(settings: Settings) -> None:
    if not settings.export_directory.is_dir():
        return
    paths = {
        int(found[1]): path
        for path in settings.export_directory.iterdir()
        if (found := _NAME.fullmatch(path.name))
    }
    kept = RecordExport.select(RecordExport.id).where(in_values(RecordExport.id, list(paths)))
    left_over = paths.keys() - {export.id for export in kept}
    for export_id in left_over:
        paths[export_id].unlink(missing_ok=True)
    if left_over:
        log.info("export.files_deleted", exports=sorted(left_over))
