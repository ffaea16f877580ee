"""Runs of a store are listed page by page, of all resources, newest first."""

from __future__ import annotations

import pytest

from portal.models import Resource, RunKind, RunState, Store, SyncRun, utc_now
from portal.services.pagination import PAGE_SIZE
from portal.services.runs.list_runs import find_run, list_runs
from tests.factories import make_store


def make_run(store: Store, resource: Resource = Resource.PRODUCTS) -> SyncRun:
    """Save a run that succeeded."""
    return SyncRun.create(
        store=store,
        resource=resource,
        kind=RunKind.INCREMENTAL,
        state=RunState.DONE,
        finished_at=utc_now(),
    )


def test_runs_of_all_resources_are_listed_newest_first(store: Store) -> None:
    runs = [make_run(store, resource) for resource in (Resource.PRODUCTS, Resource.CATEGORIES)]

    assert list(list_runs(store).rows) == runs[::-1]


def test_pages_follow_each_other(store: Store) -> None:
    runs = [make_run(store) for _ in range(PAGE_SIZE + 1)]

    first = list_runs(store)
    last = list_runs(store, after=first.later)

    assert list(first.rows) == runs[:0:-1]
    assert list(last.rows) == runs[:1]
    assert (first.earlier, last.later) == (None, None)
    assert list(list_runs(store, before=last.earlier).rows) == list(first.rows)


@pytest.mark.promise(9)
def test_runs_of_another_store_are_not_accessible(store: Store) -> None:
    run = make_run(make_store(id=2002))

    assert list(list_runs(store).rows) == []
    assert find_run(store, run.id) is None
    assert find_run(store, make_run(store).id) is not None
