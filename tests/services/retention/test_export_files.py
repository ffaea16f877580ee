"""Files of exports disappear with their row, when they expire, and when their data is erased."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    ExportState,
    Merchant,
    PrivacyRequest,
    PrivacyRequestKind,
    RecordExport,
    Store,
    StoreDataErasure,
    StoreState,
    utc_now,
)
from portal.services.connection.erase_store_data import erase_store_data
from portal.services.privacy.erase_data_subject import erase_data_subject
from portal.services.retention.export_files import export_path, prune_export_files
from portal.services.runtime import Runtime
from tests.factories import make_store

LATER = timedelta(hours=1)


def make_export(runtime: Runtime, store: Store, **changes: object) -> RecordExport:
    """Save an export with its file."""
    values = {"name": "orders", "format": "csv", "formula_guard": "standard", "rows": 3}
    values |= {"state": ExportState.DONE, "expires_at": utc_now() + LATER, "store": store}
    export = RecordExport.create(**values | changes)
    path = export_path(runtime.settings, export)
    path.parent.mkdir(exist_ok=True)
    path.write_text("id\n90\n")
    return export


def test_expired_exports_and_files_without_a_row_are_deleted(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    kept = make_export(runtime, store)
    make_export(runtime, store, expires_at=utc_now())
    make_export(runtime, store, requested_by=merchant)
    foreign = runtime.settings.export_directory / "notes.txt"
    foreign.write_text("not ours")
    merchant.delete_instance()

    assert prune_export_files(runtime) == 1

    assert set(runtime.settings.export_directory.iterdir()) == {
        export_path(runtime.settings, kept),
        foreign,
    }
    assert prune_export_files(runtime) == 0


def test_directory_that_does_not_exist_yet_has_nothing_to_delete(runtime: Runtime) -> None:
    assert prune_export_files(runtime) == 0


def test_erasure_of_a_customer_withdraws_the_exports_of_the_store(
    runtime: Runtime, store: Store
) -> None:
    done = make_export(runtime, store)
    waiting = make_export(runtime, store, state=ExportState.WAITING, last_id=90)
    elsewhere = make_export(runtime, make_store(id=2002))
    request = PrivacyRequest.create(
        store=store, kind=PrivacyRequestKind.ERASURE, customer_id=12, emails=[]
    )

    assert erase_data_subject(runtime, request, lambda: None)

    again = RecordExport.get_by_id(waiting.id)
    assert (again.rows, again.last_id, again.version) == (0, None, 1)
    assert RecordExport.get_or_none(RecordExport.id == done.id) is None
    assert list(runtime.settings.export_directory.iterdir()) == [
        export_path(runtime.settings, elsewhere)
    ]


def test_erasure_of_a_store_deletes_its_exports(runtime: Runtime, store: Store) -> None:
    make_export(runtime, store)
    Store.update(state=StoreState.DISCONNECTED).execute()
    StoreDataErasure.create(store=store)

    erase_store_data(runtime, store.id)

    assert not RecordExport.select().exists()
    assert list(runtime.settings.export_directory.iterdir()) == []
