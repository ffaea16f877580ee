"""The daemon writes an export in slices, continues after a crash, and gives up when it must."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.models import (
    ExportState,
    Lease,
    Merchant,
    Product,
    RecordExport,
    Store,
    utc_now,
)
from portal.services.mirror.resources import ORDERS
from portal.services.records import sorted_pages, text_search
from portal.services.records import write_exports as service
from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import ExportFormat, ExportPage, export
from portal.services.records.order_filter import OrderFilter
from portal.services.records.read_records import EXPORT_PAGE
from portal.services.records.record_lists import ListConditions
from portal.services.records.request_exports import WantedExport, request_export
from portal.services.records.write_exports import MAX_ATTEMPTS, wake_waiting_exports, write_export
from portal.services.retention.export_files import (
    delete_withdrawn_files,
    export_path,
    withdraw_exports,
)
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, order_payload, product_row

RECORDS = 2 * EXPORT_PAGE + 3


@pytest.fixture
def full_store(store: Store) -> Store:
    """A store with three pages of products."""
    Product.upsert(product_row(remote_id=number) for number in range(1, RECORDS + 1))
    return store


@pytest.fixture
def wanted(runtime: Runtime, full_store: Store, merchant: Merchant) -> RecordExport:
    """A requested export of the products."""
    return request_export(runtime, full_store, WantedExport("products", ExportFormat.CSV), merchant)


def write_all(runtime: Runtime, export_id: int) -> int:
    """Run the job until the export has ended; return how often."""
    for times in range(1, 20):
        write_export(runtime, export_id)
        if RecordExport.get_by_id(export_id).state != ExportState.WAITING:
            return times
    raise AssertionError("the export doesn't end")


def expected(store: Store) -> bytes:
    """Return the file that an immediate export has."""
    return b"".join(export(store, "products", ExportFormat.CSV, {}))


def test_file_has_all_records_and_is_readable_by_its_owner_only(
    runtime: Runtime, full_store: Store, wanted: RecordExport
) -> None:
    assert write_all(runtime, wanted.id) == 1

    path, done = export_path(runtime.settings, wanted), RecordExport.get()
    assert path.read_bytes() == expected(full_store)
    assert (done.state, done.rows, done.size_bytes) == ("done", RECORDS, path.stat().st_size)
    assert done.expires_at > wanted.expires_at
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert modes == [0o600, 0o700]


def test_slices_make_the_same_file(
    runtime: Runtime, full_store: Store, wanted: RecordExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TIME_SLICE_S", 0)
    progress = []
    while RecordExport.get().state == ExportState.WAITING:
        write_export(runtime, wanted.id)
        progress.append(RecordExport.get().rows)

    assert progress == [EXPORT_PAGE, 2 * EXPORT_PAGE, RECORDS, RECORDS]
    assert export_path(runtime.settings, wanted).read_bytes() == expected(full_store)
    assert runtime.redis.llen("rq:queue:exports") >= 1


def test_killed_worker_is_replaced_and_no_record_is_in_the_file_twice(
    runtime: Runtime, full_store: Store, wanted: RecordExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TIME_SLICE_S", 0)
    write_export(runtime, wanted.id)
    path = export_path(runtime.settings, wanted)
    with path.open("ab") as file:
        file.write(b"written after the last checkpoint")

    write_all(runtime, wanted.id)

    assert path.read_bytes() == expected(full_store)


def test_lost_file_is_written_again_from_its_start(
    runtime: Runtime, full_store: Store, wanted: RecordExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "TIME_SLICE_S", 0)
    for _ in range(3):
        write_export(runtime, wanted.id)
    path = export_path(runtime.settings, wanted)
    path.unlink()

    write_all(runtime, wanted.id)

    assert path.read_bytes() == expected(full_store)
    assert RecordExport.get().rows == RECORDS


@pytest.mark.parametrize(
    ("code", "problem"), [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full")]
)
def test_full_disk_ends_the_export_and_frees_its_space(
    runtime: Runtime,
    wanted: RecordExport,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    problem: str,
) -> None:
    def no_space(_fd: int) -> None:
        raise OSError(code, "no space left on device")

    monkeypatch.setattr(os, "fsync", no_space)

    write_export(runtime, wanted.id)

    failed = RecordExport.get()
    assert (failed.state, failed.problem) == ("failed", problem)
    assert failed.finished_at is not None
    assert not export_path(runtime.settings, wanted).exists()


def test_directory_that_is_a_file_ends_the_export(runtime: Runtime, wanted: RecordExport) -> None:
    runtime.settings.export_directory.write_text("not a directory")

    write_export(runtime, wanted.id)

    assert (RecordExport.get().state, RecordExport.get().problem) == ("failed", "not_written")


def test_bug_is_tried_again_and_then_reported(
    runtime: Runtime, wanted: RecordExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Iterator[ExportPage]:
        raise ZeroDivisionError

    monkeypatch.setattr(service, "export_pages", broken)
    for attempt in range(1, MAX_ATTEMPTS):
        write_export(runtime, wanted.id)
        assert (RecordExport.get().state, RecordExport.get().attempts) == ("waiting", attempt)
        assert wake_waiting_exports(runtime) == 0  # not yet due
    write_export(runtime, wanted.id)

    assert (RecordExport.get().state, RecordExport.get().problem) == ("failed", "error")


@pytest.mark.parametrize("is_row_first", [True, False])
def test_export_that_is_withdrawn_while_it_is_written_begins_again(
    runtime: Runtime,
    full_store: Store,
    wanted: RecordExport,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_row_first: bool,
) -> None:
    pages = service.export_pages

    def erased_while_written(*arguments: Any, **options: Any) -> Iterator[ExportPage]:
        yield from pages(*arguments, **options)
        if is_row_first:
            withdraw_exports(full_store.id)
        else:
            delete_withdrawn_files(runtime.settings, full_store.id)

    monkeypatch.setattr(service, "export_pages", erased_while_written)
    write_export(runtime, wanted.id)
    assert (RecordExport.get().state, RecordExport.get().rows) == ("waiting", 0)
    monkeypatch.setattr(service, "export_pages", pages)

    write_all(runtime, wanted.id)

    assert export_path(runtime.settings, wanted).read_bytes() == expected(full_store)


def test_ended_export_and_one_of_another_worker_are_left_alone(
    runtime: Runtime, wanted: RecordExport
) -> None:
    Lease.acquire(f"{service.LEASE_PREFIX}{wanted.id}", "another", ttl_s=60)
    write_export(runtime, wanted.id)
    assert RecordExport.get().rows == 0
    assert wake_waiting_exports(runtime) == 0

    Lease.delete().execute()
    runtime.redis.flushall()
    assert wake_waiting_exports(runtime) == 1
    RecordExport.update(state=ExportState.FAILED).execute()
    write_export(runtime, wanted.id)
    write_export(runtime, wanted.id + 1)

    assert not export_path(runtime.settings, wanted).exists()
    assert wake_waiting_exports(runtime) == 0
    assert RecordExport.get().due_at <= utc_now()


@pytest.mark.parametrize(
    "options",
    [
        ExportOptions(listed=ListConditions(order="-price"), has_bom=True),
        ExportOptions(listed=ListConditions(order="name", filters={"visibility": "visible"})),
        ExportOptions(listed=ListConditions(text="mugs", order="stock")),
    ],
)
def test_slices_of_a_list_make_the_file_of_one_step(
    runtime: Runtime,
    full_store: Store,
    merchant: Merchant,
    monkeypatch: pytest.MonkeyPatch,
    options: ExportOptions,
) -> None:
    sevens = list(range(7, RECORDS + 1, 7))
    Product.update(is_enabled=False).where(Product.remote_id.in_(sevens)).execute()
    monkeypatch.setattr(service, "TIME_SLICE_S", 0)
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 700)
    monkeypatch.setattr(text_search, "MATCH_LIMIT", 100)
    wanted = WantedExport("products", ExportFormat.CSV, options=options)
    requested = request_export(runtime, full_store, wanted, merchant)

    assert write_all(runtime, requested.id) > 2

    content = export_path(runtime.settings, requested).read_bytes()
    assert content == b"".join(
        export(full_store, "products", ExportFormat.CSV, {}, options=options)
    )
    ids = [line.partition(",")[0] for line in content.decode().splitlines()[1:]]
    is_hidden_left_out = "visibility" in (options.listed or ListConditions()).filters
    expected_ids = {n for n in range(1, RECORDS + 1) if n % 7 or not is_hidden_left_out}
    assert len(ids) == len(expected_ids)
    assert set(map(int, ids)) == expected_ids
    done = RecordExport.get()
    assert done.rows == done.total == len(ids)


def test_options_of_an_export_are_kept_as_json() -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    for options in (
        ExportOptions(),
        ExportOptions(listed=ListConditions("mug", "name", {"stock": "sold_out"}), has_bom=True),
        ExportOptions(orders=OrderFilter(coupon="TEN", since=since), has_item_rows=True),
    ):
        assert ExportOptions.of(json.loads(json.dumps(options.document()))) == options


def test_same_export_with_another_filter_is_another_one(
    runtime: Runtime, full_store: Store, merchant: Merchant
) -> None:
    listed = ExportOptions(listed=ListConditions(filters={"stock": "sold_out"}))
    wanted = WantedExport("products", ExportFormat.CSV, options=listed)
    first = request_export(runtime, full_store, wanted, merchant)

    assert request_export(runtime, full_store, wanted, merchant) == first
    everything = WantedExport("products", ExportFormat.CSV)
    assert request_export(runtime, full_store, everything, merchant) != first


def test_orders_of_a_list_are_exported_over_several_pages(store: Store) -> None:
    payloads = [
        order_payload(id=f"N-{number}", internalId=number, email=f"m{number}@example.com")
        for number in range(1, 121)
    ]
    ORDERS.save(store.id, payloads, UPDATED_AT)
    options = ExportOptions(orders=OrderFilter(payment_status="PAID"))

    lines = b"".join(export(store, "orders", ExportFormat.JSONL, {}, options=options)).splitlines()

    assert sorted(json.loads(line)["id"] for line in lines) == list(range(1, 121))
