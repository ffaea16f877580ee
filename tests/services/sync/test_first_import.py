"""The end of a store's first import is published once, and its progress is known before."""

from __future__ import annotations

import pytest

from portal.models import (
    SYNC_ORDER,
    Membership,
    OutboundEvent,
    Role,
    RunKind,
    Store,
    SyncRun,
)
from portal.rules.sync.first_import import FirstImport, FirstImportState
from portal.sandbox.server import SandboxServer
from portal.services.runs.sync_runs import create_runs, start_all_runs
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from portal.services.sync.first_import import first_imports
from tests.factories import make_endpoint, make_merchant, make_store
from tests.shop import Shop, open_shop

EVENT = "store.first_import_completed"


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A store whose owner's endpoint receives all events."""
    shop = open_shop(runtime, sandbox, products=20)
    merchant = make_merchant()
    Membership.create(merchant=merchant, store=shop.store_id, role=Role.OWNER)
    make_endpoint(merchant, runtime.sealer, event_types=[EVENT])
    return shop


def published() -> list[tuple[str, dict[str, str]]]:
    """Return type and details of the published events."""
    return [(event.type, event.detail) for event in OutboundEvent.select()]


def test_end_of_the_first_import_is_published_once(shop: Shop, runtime: Runtime) -> None:
    *others, last = start_all_runs(shop.store_id)
    for run in others:
        process_run(runtime, run.id)
    assert published() == []

    process_run(runtime, last.id)
    once = [(EVENT, {"state": "connected", "reason": "first_import_completed"})]
    assert published() == once

    again = create_runs([(shop.store_id, resource) for resource in SYNC_ORDER], RunKind.BACKFILL)
    for run in again:
        process_run(runtime, run.id)
    assert {run.state for run in SyncRun.select()} == {"done"}
    assert published() == once


def test_progress_is_known_for_each_store(shop: Shop, runtime: Runtime) -> None:
    imported, new = Store.get_by_id(shop.store_id), make_store(id=2002)
    waiting = FirstImport(FirstImportState.WAITING, 0)
    assert first_imports([imported, new]) == {imported.id: waiting, new.id: waiting}

    runs = start_all_runs(imported.id)
    process_run(runtime, runs[0].id)
    progress = first_imports([imported])[imported.id]
    assert progress.state is FirstImportState.RUNNING
    assert 0 < progress.percent < 100

    for run in runs[1:]:
        process_run(runtime, run.id)
    assert first_imports([imported, new])[imported.id].state is FirstImportState.COMPLETED
