"""Unreadable records are listed page by page, and each can be read again."""

from __future__ import annotations

import pytest

from portal.errors import RunRefusedError
from portal.models import Quarantine, RecordResync, Resource, ResyncState, Store, utc_now
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.pagination import PAGE_SIZE
from portal.services.runtime import Runtime
from portal.services.sync.list_quarantine import list_quarantine, retry_entry
from tests.factories import make_store

PRODUCTS = Resource.PRODUCTS


def put(entity_id: str = "5", store_id: int = 1003, resource: str = PRODUCTS) -> Quarantine:
    """Put a record into quarantine; return its entry."""
    Quarantine.put(store_id, resource, entity_id, "price is no amount", {"price": "free"})
    found: Quarantine = Quarantine.get(
        Quarantine.store == store_id,
        Quarantine.resource == resource,
        Quarantine.entity_id == entity_id,
    )
    return found


def test_open_entries_are_listed_newest_first(store: Store) -> None:
    make_store(id=2002)
    old, new = put("5"), put("6")
    put("7", store_id=2002)
    put("8")
    Quarantine.resolve(1003, PRODUCTS, ["8"], utc_now())

    found = list_quarantine(store)

    assert list(found.page.rows) == [new, old]
    assert found.total == 2
    assert (found.page.earlier, found.page.later) == (None, None)


def test_every_entry_is_on_one_page_and_paging_back_works(store: Store) -> None:
    ids = [put(str(number)).id for number in range(1, 2 * PAGE_SIZE + 4)]

    first = list_quarantine(store).page
    second = list_quarantine(store, after=first.later).page
    third = list_quarantine(store, after=second.later).page
    back = list_quarantine(store, before=third.earlier).page

    shown = [entry.id for page in (first, second, third) for entry in page.rows]
    assert shown == sorted(ids, reverse=True)
    assert (first.earlier, third.later) == (None, None)
    assert list(back.rows) == list(second.rows)
    assert list_quarantine(store, before=second.earlier).page.earlier is None


def test_page_after_the_last_entry_is_empty(store: Store) -> None:
    put()

    found = list_quarantine(store, after=1)

    assert (found.total, list(found.page.rows)) == (1, [])
    assert (found.page.earlier, found.page.later) == (None, None)


def test_retry_requests_the_record(runtime: Runtime, store: Store) -> None:
    entry = put()

    assert retry_entry(runtime, store, entry.id) == entry

    resync = RecordResync.get()
    assert (resync.resource, resync.entity_id, resync.state) == (PRODUCTS, "5", ResyncState.WAITING)
    assert list_quarantine(store).resyncs == {entry.id: resync}


def test_older_resync_is_not_shown_for_a_record_that_failed_again(
    runtime: Runtime, store: Store
) -> None:
    entry = put()
    retry_entry(runtime, store, entry.id)
    RecordResync.update(state=ResyncState.UNREADABLE, finished_at=utc_now()).execute()

    assert entry.id in list_quarantine(store).resyncs

    put()

    assert list_quarantine(store).resyncs == {}


def test_resyncs_belong_to_their_resource(runtime: Runtime, store: Store) -> None:
    product, category = put("5"), put("5", resource=Resource.CATEGORIES)

    retry_entry(runtime, store, category.id)

    assert set(list_quarantine(store).resyncs) == {category.id}
    assert product.id != category.id


def test_record_that_became_readable_is_not_read_again(runtime: Runtime, store: Store) -> None:
    entry = put()
    Quarantine.resolve(1003, PRODUCTS, ["5"], utc_now())

    with pytest.raises(RunRefusedError) as refused:
        retry_entry(runtime, store, entry.id)

    assert refused.value.reason == RunRefusal.ALREADY_RESOLVED


def test_record_without_a_readable_id_is_refused(runtime: Runtime, store: Store) -> None:
    entry = put("")

    with pytest.raises(RunRefusedError) as refused:
        retry_entry(runtime, store, entry.id)

    assert refused.value.reason == RunRefusal.INVALID_RECORD_ID


@pytest.mark.promise(9)
def test_entry_of_another_store_is_not_found(runtime: Runtime, store: Store) -> None:
    entry = put("5", store_id=make_store(id=2002).id)

    assert retry_entry(runtime, store, entry.id) is None
    assert retry_entry(runtime, store, 404) is None
    assert RecordResync.select().count() == 0
