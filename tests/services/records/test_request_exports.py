"""Exports of many records are requested, listed and limited; each request and download is noted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import ExportRefusedError
from portal.models import (
    AuditLogEntry,
    ChannelConsent,
    ExportState,
    Merchant,
    MirrorCount,
    RecordExport,
    Store,
    utc_now,
)
from portal.services.records.export_records import ExportFormat
from portal.services.records.request_exports import (
    IMMEDIATE_RECORDS,
    KEPT_LIMIT,
    WAITING_LIMIT,
    WAITING_OF_PERSON,
    WantedExport,
    find_export,
    is_immediate,
    list_exports,
    open_export,
    request_export,
)
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_merchant, make_store

PRODUCTS = WantedExport("products", ExportFormat.CSV)
WANTED = [
    WantedExport(name, form)
    for name in ("products", "orders", "customers", "coupons", "variations")
    for form in ExportFormat
]


def finish(export: RecordExport) -> None:
    RecordExport.update(state=ExportState.DONE).where(RecordExport.id == export.id).execute()


@pytest.mark.parametrize(("more", "immediate"), [(0, True), (1, False)])
def test_number_of_records_decides_who_writes_the_file(
    store: Store, *, more: int, immediate: bool
) -> None:
    MirrorCount.add(store.id, "product", IMMEDIATE_RECORDS + more)

    assert is_immediate(store, "products") == immediate
    assert is_immediate(store, "orders")


def test_request_is_recorded_and_wakes_the_daemon(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    MirrorCount.add(store.id, "product", 5)

    export = request_export(runtime, store, PRODUCTS, merchant)

    assert (export.state, export.total, export.requested_by) == ("waiting", 5, merchant)
    assert runtime.redis.llen("rq:queue:exports") == 1
    entry = AuditLogEntry.get()
    assert (entry.action, entry.target, entry.actor) == ("records.exported", "products", merchant)
    assert entry.after == {"format": "csv", "count": 5}


def test_same_export_is_not_written_twice(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    first = request_export(runtime, store, PRODUCTS, merchant)

    assert request_export(runtime, store, PRODUCTS, merchant) == first
    finish(first)
    assert request_export(runtime, store, PRODUCTS, merchant) != first


def test_only_a_few_exports_of_a_store_wait(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    for wanted in WANTED[:WAITING_LIMIT]:
        request_export(runtime, store, wanted, merchant)

    with pytest.raises(ExportRefusedError):
        request_export(runtime, store, WANTED[WAITING_LIMIT], make_merchant(email="b@b.example"))
    assert len(list_exports(store)) == WAITING_LIMIT


def test_only_a_few_exports_of_a_person_wait(runtime: Runtime, merchant: Merchant) -> None:
    stores = [make_store(merchant, id=2000 + number) for number in range(WAITING_OF_PERSON + 1)]
    for store in stores[:-1]:
        request_export(runtime, store, PRODUCTS, merchant)

    with pytest.raises(ExportRefusedError):
        request_export(runtime, stores[-1], PRODUCTS, merchant)


def test_a_new_export_replaces_the_oldest_of_many(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    for wanted in WANTED + WANTED[:3]:
        finish(request_export(runtime, store, wanted, merchant))

    kept = [export.id for export in list_exports(store)]
    assert len(kept) <= KEPT_LIMIT
    assert kept[0] == max(kept)


def test_channel_finds_its_own_exports_only(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    one, other = (
        ChannelConsent.create(channel=make_channel(name=name), store=store)
        for name in ("One", "Other")
    )
    of_page = request_export(runtime, store, PRODUCTS, merchant)
    of_channel = request_export(runtime, store, PRODUCTS, None, one)

    assert list_exports(store) == [of_page]
    assert find_export(store, of_channel.id, one) == of_channel
    assert find_export(store, of_channel.id, other) is None
    assert find_export(store, of_channel.id) is None
    assert find_export(store, of_page.id, one) is None
    assert find_export(make_store(id=2002), of_page.id) is None


def test_expired_export_is_gone_before_it_is_deleted(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    export = request_export(runtime, store, PRODUCTS, merchant)
    RecordExport.update(expires_at=utc_now() - timedelta(seconds=1)).execute()

    assert (list_exports(store), find_export(store, export.id)) == ([], None)


def test_download_is_recorded_and_a_missing_file_is_not(
    runtime: Runtime, store: Store, merchant: Merchant
) -> None:
    export = request_export(runtime, store, PRODUCTS, merchant)
    AuditLogEntry.delete().execute()

    assert open_export(runtime, export, actor=merchant) is None
    assert not AuditLogEntry.select().exists()
    path = export_path(runtime.settings, export)
    path.parent.mkdir()
    path.write_text("id\n")
    file = open_export(runtime, export, actor=merchant)

    assert file is not None
    with file:
        assert file.read() == b"id\n"
    entry = AuditLogEntry.get()
    assert (entry.action, entry.after) == ("export.downloaded", {"export": export.id, "count": 0})
