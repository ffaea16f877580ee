"""The daemon writes a requested export, also after Redis lost everything."""

from __future__ import annotations

import pytest

from daemon.queue_worker import make_worker
from daemon.schedule_entries import SCHEDULE
from portal.models import Product, RecordExport
from portal.services.records import write_exports
from portal.services.records.export_records import ExportFormat
from portal.services.records.request_exports import WantedExport, request_export
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store, product_row


@pytest.mark.promise(1)
def test_export_is_written_though_redis_lost_its_job(
    jobs_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_exports, "TIME_SLICE_S", 0)
    store, merchant = make_store(), make_merchant()
    Product.upsert(product_row(remote_id=number) for number in (5, 6))
    wanted = WantedExport("products", ExportFormat.JSONL)
    export = request_export(jobs_runtime, store, wanted, merchant)
    jobs_runtime.redis.flushall()

    for entry in SCHEDULE:
        if entry.task.__name__ == "wake_waiting_exports":
            entry.task(jobs_runtime)
    make_worker("exports", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    assert (RecordExport.get().state, RecordExport.get().rows) == ("done", 2)
    assert export_path(jobs_runtime.settings, export).read_bytes().count(b"\n") == 2
