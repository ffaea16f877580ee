"""Read a store's products: all of them once, then what changed and what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.sync.position import PageKeys, Position, step_down, step_up
from daemon.sync.step import Checkpoint, Counts, Step
from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.ecwid.values import Record
from portal.errors import EcwidNotFoundError, RecordError
from portal.models import Product, Resource, SyncRun, SyncState
from portal.services.mirror_catalogue import mark_products_deleted, save_products

# Clocks differ, and Ecwid's search lags behind its changes: look a little further back.
OVERLAP = timedelta(seconds=120)

Move = Callable[[Position, PageKeys], Position]


def read_downwards(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read one page of all products, the most recently changed first."""
    here = Position(**checkpoint.get("at", {}))
    page = client.products(
        sort_by="UPDATED_TIME_DESC", updated_to=_moment(here.second), offset=here.offset
    )
    after = {"phase": "unseen"}
    return _page_step(run, page, here, step_down, after, read_at)


def read_upwards(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read one page of the products changed since the high-water mark, oldest change first."""
    here = Position(**checkpoint.get("at", {"second": int(_since(run).timestamp())}))
    page = client.products(
        sort_by="UPDATED_TIME_ASC", updated_from=_moment(here.second), offset=here.offset
    )
    after = {"phase": "deletions"}
    return _page_step(run, page, here, step_up, after, read_at)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Look after products that a complete pass hasn't met: deleted, or changed under its feet."""
    ids = Product.unseen(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=PAGE_LIMIT
    )
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == PAGE_LIMIT else None
    return _confirm_step(client, run, ids, following, read_at)


def read_deletions(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Look after products that the deletion history names and the mirror still shows."""
    ids = checkpoint.get("ids")
    if ids is None:
        ids = _alive(run, client.deleted_products(since=_since(run)))
    batch, rest = ids[:PAGE_LIMIT], ids[PAGE_LIMIT:]
    following = {"phase": "deletions", "ids": rest} if rest else None
    return _confirm_step(client, run, batch, following, read_at)


def _page_step(
    run: SyncRun, page: Page, here: Position, move: Move, after: Checkpoint, read_at: datetime
) -> Step:
    keys = _keys_of(page.items)
    following: Checkpoint = after
    if here.has_slid(keys.ids):
        following = {"phase": "pages", "at": vars(here.restarted())}
    elif not page.is_last:
        following = {"phase": "pages", "at": vars(move(here, keys))}
    new = here.new_among(len(page.items))

    def write() -> Counts:
        saved = save_products(run.store_id, page.items, read_at)
        written = min(saved.saved, new)
        return Counts(seen=new, saved=written, quarantined=saved.quarantined)

    return Step(write, following, total=page.total)


def _confirm_step(
    client: EcwidClient,
    run: SyncRun,
    ids: list[int],
    following: Checkpoint | None,
    read_at: datetime,
) -> Step:
    """Read these products by id: those that answer are saved, the absent ones are deleted."""
    page = client.products_by_id(ids)
    items, absent = page.items, sorted(set(ids).difference(page.ids))
    if None in page.ids:
        # Any of them may be the item that tells no id: then only a 404 is an answer.
        found, absent = read_each(client, absent)
        items = items + found

    def write() -> Counts:
        saved = save_products(run.store_id, items, read_at)
        deleted = mark_products_deleted(run.store_id, absent, read_at)
        return Counts(saved=saved.saved, deleted=deleted, quarantined=saved.quarantined)

    return Step(write, following)


def read_each(
    client: EcwidClient, product_ids: list[int]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the products that exist, and the ids of those that a 404 says are gone."""
    found, gone = [], []
    for product_id in product_ids:
        try:
            found.append(client.product(product_id))
        except EcwidNotFoundError:
            gone.append(product_id)
    return found, gone


def _alive(run: SyncRun, ids: Iterable[int]) -> list[int]:
    """Return those of ``ids`` that the mirror still shows as not deleted."""
    known = list(ids)
    rows = (
        Product.select(Product.remote_id)
        .where(Product.of(run.store_id, known), Product.deleted_at.is_null())
        .order_by(Product.remote_id)
    )
    return [row.remote_id for row in rows]


def _since(run: SyncRun) -> datetime:
    state = SyncState.get(SyncState.store == run.store_id, SyncState.resource == Resource.PRODUCTS)
    high_water_at: datetime = state.high_water_at
    return high_water_at - OVERLAP


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)


def _keys_of(items: list[Any]) -> PageKeys:
    keys = [_key_of(item) for item in items]
    return PageKeys(
        ids=[remote_id for remote_id, _ in keys],
        seconds=[int(updated_at.timestamp()) for _, updated_at in keys if updated_at is not None],
    )


def _key_of(item: Any) -> tuple[int | None, datetime | None]:
    """Return a record's id and update time; none of both if either is unreadable."""
    try:
        record = Record("products", item)
        return record.identity(), record.moment("updated", "updateTimestamp")
    except RecordError:
        return None, None
