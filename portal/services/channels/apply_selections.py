"""Application of product selections to the products that the mirror already has, in batches.

Each batch is one short transaction, and leaves the lists and the change feed consistent. A change
of the selection in between starts from the first product again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import structlog
from peewee import fn

from portal.jobs import APPLY_SELECTION
from portal.models import (
    Category,
    ChannelConsent,
    ChannelProduct,
    ChannelSelection,
    Lease,
    Product,
    database,
)
from portal.models.channel_selection import START
from portal.models.evaluate_selections import EvaluatedProduct, evaluate, selection_of
from portal.rules.channels.product_selection import SelectionKind, with_subcategories
from portal.rules.records.json_values import decode_record
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 100
# Other stores' jobs wait during this time.
TIME_SLICE_S = 3.0
LEASE_TTL_S = 20.0
LEASE_PREFIX = "selection:"


def apply_selection(runtime: Runtime, consent_id: int) -> None:
    """Apply a selection for some seconds, and wake the next slice if some is left.

    Safe to run twice.
    """
    ends_s = time.monotonic() + TIME_SLICE_S
    with claimed(f"{LEASE_PREFIX}{consent_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        is_left = _apply_batch(runtime, consent_id)
        while is_left and time.monotonic() < ends_s:
            claim.keep()
            is_left = _apply_batch(runtime, consent_id)
    if is_left:
        runtime.wake(APPLY_SELECTION, consent_id)


def wake_due_selections(runtime: Runtime) -> int:
    """Wake the daemon for selections that must be applied; return how many."""
    return runtime.wake_due(due_selections())


def due_selections() -> DueWork:
    """Return the selections that must be applied and that no worker applies."""
    held = Lease.held_ids(LEASE_PREFIX)
    due = ChannelSelection.select(ChannelSelection.consent).where(
        ChannelSelection.due_at.is_null(is_null=False), ChannelSelection.consent.not_in(held)
    )
    return DueWork(APPLY_SELECTION, due, ChannelSelection.due_at)


def _apply_batch(runtime: Runtime, consent_id: int) -> bool:
    """Apply a selection to its next products; return whether some are left."""
    found = ChannelSelection.get_or_none(ChannelSelection.consent == consent_id)
    if found is None:
        return False
    with runtime.write_lock.held(), database.atomic():
        # First, as writers of products do.
        Product.lock(found.store_id)
        row = locked(ChannelSelection.select().where(ChannelSelection.consent == consent_id)).get()
        if row.due_at is None:
            return False
        is_by_category = row.kind == SelectionKind.CATEGORIES
        if is_by_category and row.applied_to in (None, START):
            _expand_categories(row)
        if row.applied_to is None:
            return _finish(row)
        products = _next_products(row)
        evaluate(selection_of(row, ChannelConsent.get_by_id(consent_id)), products)
        if len(products) < BATCH:
            # The categories may have changed since the first product was evaluated.
            return (is_by_category and _expand_categories(row)) or _finish(row)
        ChannelSelection.update(applied_to=products[-1].product_id).where(
            ChannelSelection.consent == consent_id
        ).execute()
    return True


def _expand_categories(row: ChannelSelection) -> bool:
    """Add the present subcategories; if they have changed, begin with the first product.

    Return whether they have.
    """
    parents: Any = Category.select(Category.remote_id, Category.parent_id).where(
        Category.store == row.store_id, Category.deleted_at.is_null()
    )
    expanded = sorted(with_subcategories(row.category_ids, dict(parents.tuples())))
    if expanded == row.expanded_category_ids:
        return False
    row.expanded_category_ids, row.applied_to = expanded, START
    ChannelSelection.update(expanded_category_ids=expanded, applied_to=START).where(
        ChannelSelection.consent == row.consent_id
    ).execute()
    return True


def _next_products(row: ChannelSelection) -> Sequence[EvaluatedProduct]:
    """Return the next products, deleted ones included: their copies follow the selection, too."""
    query = (
        Product.select(Product.remote_id, Product.raw.cast("text"), Product.deleted_at.is_null())
        .where(Product.store == row.store_id, Product.remote_id > row.applied_to)
        .order_by(Product.remote_id)
        .limit(BATCH)
    )
    stored = database.execute_sql(*query.sql()).fetchall()
    return [
        EvaluatedProduct(remote_id, decode_record(raw), bool(is_live))
        for remote_id, raw, is_live in stored
    ]


def _finish(row: ChannelSelection) -> bool:
    """Mark the selection as applied to all products, and renew its counts; return False."""
    is_live = (ChannelProduct.consent == row.consent_id, ~ChannelProduct.is_deleted)
    unselected = fn.COUNT(ChannelProduct.product_id).filter(~ChannelProduct.is_selected)
    unsellable = fn.COUNT(ChannelProduct.product_id).filter(ChannelProduct.reasons != "")
    counts: Any = ChannelProduct.select(unselected, unsellable).where(*is_live).tuples().get()
    ChannelSelection.update(
        applied_to=None, due_at=None, unselected=counts[0], unsellable=counts[1]
    ).where(ChannelSelection.consent == row.consent_id).execute()
    log.info("selection.applied", consent=row.consent_id, store=row.store_id)
    return False
