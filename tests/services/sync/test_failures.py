"""A failed run waits; one of a store's runs finds out whether the store answers again."""

from __future__ import annotations

from datetime import timedelta

from portal.ecwid.errors import CallFacts, EcwidTimeoutError, EcwidUnavailableError
from portal.models import Resource, Store, SyncRun, utc_now
from portal.rules.work.backoff import HANGING_WAIT_S
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from portal.services.sync.failures import CALL_LIMIT, record_failure

FACTS = CallFacts(1003, "GET", "/products")


def waits() -> dict[str, timedelta]:
    """Return how long each run waits, by resource."""
    now = utc_now()
    return {run.resource: run.due_at - now for run in SyncRun.select()}


def test_timeout_postpones_all_runs_of_the_store(runtime: Runtime, store: Store) -> None:
    products, *_ = start_all_runs(store.id)

    record_failure(runtime, products, EcwidTimeoutError(FACTS))

    found = waits()
    first = found.pop(Resource.PRODUCTS)
    assert first > timedelta(seconds=0.8 * HANGING_WAIT_S)
    assert len(found) > 1
    assert min(found.values()) >= first + CALL_LIMIT - timedelta(seconds=1)


def test_other_failure_postpones_its_run_only(runtime: Runtime, store: Store) -> None:
    products, *_ = start_all_runs(store.id)

    record_failure(runtime, products, EcwidUnavailableError(FACTS))

    assert [name for name, wait in waits().items() if wait > timedelta()] == [Resource.PRODUCTS]
