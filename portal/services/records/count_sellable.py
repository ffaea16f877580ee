"""Count each store's products that can be sold, and the reasons of the others, in short steps.

Whether a product can be sold depends on its whole record, so no statement counts it. A pass over a
store's products begins if they have changed, and its cursor is stored, so each round continues it.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

from peewee import fn

from portal.models import IS_WORKING, MirrorCount, Product, SellableCount, Store, utc_now
from portal.rules.records.json_values import decode_record
from portal.rules.records.sellable import product_reasons
from portal.services.runtime import Runtime
from portal.services.work.time_budget import repeat_for

PRODUCTS_PER_STEP = 200
STORES_ADDED_AT_ONCE = 100
# Between two looks at a store's products, and at most between two passes: a change that leaves the
# update time as it was, such as that of a sale's end, is found by the latter.
CHECK_INTERVAL, PASS_INTERVAL = timedelta(minutes=5), timedelta(days=1)
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.1
SELLABLE, UNSELLABLE = "sellable", "unsellable"


def count_sellable_products(runtime: Runtime) -> int:
    """Continue the counts for a limited time; return how many steps were made."""
    _add_stores()
    return repeat_for(TIME_BUDGET_S, partial(_make_step, runtime))


def sellable_count_of(store: Store) -> SellableCount | None:
    """Return the store's counts; None before its first complete pass."""
    found: SellableCount | None = SellableCount.get_or_none(
        SellableCount.store == store, SellableCount.counted_at.is_null(is_null=False)
    )
    return found


def _add_stores() -> None:
    known = SellableCount.select(1).where(SellableCount.store == Store.id)
    new = Store.select(Store.id).where(IS_WORKING, ~fn.EXISTS(known)).limit(STORES_ADDED_AT_ONCE)
    rows = [{"store": store.id} for store in new]
    if rows:
        SellableCount.insert_many(rows).on_conflict_ignore().execute()


def _make_step(runtime: Runtime) -> int:
    """Count the next products of the store that is due longest; return 0 if none is due."""
    due = SellableCount.select().where(SellableCount.due_at <= utc_now())
    row = due.order_by(SellableCount.due_at).first()
    if row is None:
        return 0
    changes = _first_values(row) if row.cursor_id is None else _next_values(row)
    with runtime.write_lock.held():
        SellableCount.update(**changes).where(SellableCount.store == row.store_id).execute()
    return 1


def _first_values(row: SellableCount) -> dict[str, Any]:
    """Return the values that begin a pass, or that postpone it because nothing has changed."""
    now = utc_now()
    live = Product.live_in(MirrorCount.of_store(row.store_id))
    newest = (
        Product.select(Product.remote_updated_at)
        .where(Product.store == row.store_id)
        .order_by(Product.remote_updated_at.desc())
        .first()
    )
    changed_at = newest.remote_updated_at if newest else None
    is_recent = row.counted_at is not None and now - row.counted_at < PASS_INTERVAL
    if is_recent and (live, changed_at) == (row.seen_live, row.seen_change_at):
        return {"due_at": now + CHECK_INTERVAL}
    return {"cursor_id": 0, "counting": {}, "seen_live": live, "seen_change_at": changed_at}


def _next_values(row: SellableCount) -> dict[str, Any]:
    """Return the values after the next products; those of the whole pass after the last ones."""
    products: Any = (
        Product.select(Product.remote_id, Product.raw.cast("text"))
        .where(
            Product.store == row.store_id,
            Product.remote_id > row.cursor_id,
            Product.deleted_at.is_null(),
        )
        .order_by(Product.remote_id)
        .limit(PRODUCTS_PER_STEP)
        .tuples()
    )
    counting, last_id, read = Counter(row.counting), row.cursor_id, 0
    for last_id, raw in products:  # noqa: B007 - the last one is the cursor
        reasons = product_reasons(decode_record(raw))
        counting[UNSELLABLE if reasons else SELLABLE] += 1
        counting.update(reason.value for reason in reasons)
        read += 1
    if read == PRODUCTS_PER_STEP:
        return {"cursor_id": last_id, "counting": dict(counting)}
    now = utc_now()
    sellable, unsellable = counting.pop(SELLABLE, 0), counting.pop(UNSELLABLE, 0)
    return {
        "sellable": sellable,
        "unsellable": unsellable,
        "reasons": dict(counting),
        "counted_at": now,
        "cursor_id": None,
        "counting": {},
        "due_at": now + CHECK_INTERVAL,
    }
