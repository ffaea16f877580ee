"""Mirrored orders and their items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from peewee import (
    SQL,
    BigIntegerField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    TextField,
)

from portal.models.base import Table
from portal.models.bulk import (
    StoredRow,
    append_stored_rows,
    chunked_rows,
    delete_in_values,
    is_postgresql,
)
from portal.models.fields import MONEY_UNIT, MoneyField, UtcDateTimeField, moment_text
from portal.models.mirror import MirrorTable
from portal.models.store import Store

# Value of the index of totals, as the statements have to spell it.
TOTAL = "COALESCE(total, -1)"
# Condition of the index of placed orders, spelled the same: an unfinished order was never placed.
IS_PLACED = "deleted_at IS NULL AND COALESCE(payment_status, '') <> 'INCOMPLETE'"


class Order(MirrorTable):
    """One order; ``remote_id`` is Ecwid's internal number, ``number`` the number that people use.

    Statuses are Ecwid's values, unchecked. Amounts are in the store's currency. ``number`` is not
    unique, because Ecwid may reuse the number of a deleted order. A missing creation time is
    replaced by the update time, so that every order has a position in lists. ``coupon_code_key`` is
    for comparison, see `coupon_code_key` in the rules.
    """

    search_columns = (
        "number",
        "email",
        "buyer_name",
        "referer_id",
        "external_id",
        "tracking_number",
    )

    number = CharField()
    payment_status = CharField(null=True)
    fulfillment_status = CharField(null=True)
    total = MoneyField(null=True)
    subtotal = MoneyField(null=True)
    tax = MoneyField(null=True)
    shipping_cost = MoneyField(null=True)
    coupon_discount = MoneyField(null=True)
    discount = MoneyField(null=True)  # promotions only, without the coupon
    refunded = MoneyField(null=True)
    email = TextField(null=True)  # lower case
    customer_id = BigIntegerField(null=True)
    buyer_name = TextField(null=True)
    coupon_code = CharField(null=True)
    coupon_code_key = CharField(null=True)
    external_id = CharField(null=True)
    referer_id = CharField(null=True)
    tracking_number = TextField(null=True)
    item_count = IntegerField(default=0)
    remote_created_at = UtcDateTimeField()

    class Meta:
        primary_key = CompositeKey("store", "remote_id")
        indexes = (
            (("store", "number"), False),
            (("store", "remote_created_at", "remote_id"), False),
            (("store", "remote_updated_at", "remote_id"), False),
            (("store", "payment_status", "remote_created_at", "remote_id"), False),
            (("store", "fulfillment_status", "remote_created_at", "remote_id"), False),
            (("store", "email", "remote_created_at", "remote_id"), False),
            (("store", "customer_id", "remote_created_at", "remote_id"), False),
        )

    @classmethod
    def sums(cls, store_id: int, times: Sequence[datetime]) -> list[OrderSum]:
        """Return the orders placed in each period that begins at one of ``times``.

        The last one is open. Periods without orders are left out.
        """
        database = cls._meta.database
        mark = "CAST(%s AS TIMESTAMPTZ)" if is_postgresql(database) else "?"
        bounds = [moment_text(at) for at in (*times, datetime.max.replace(tzinfo=UTC))]
        periods = ", ".join(f"({number}, {mark}, {mark})" for number in range(len(times)))
        rows = database.execute_sql(
            "SELECT column1, COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT)"  # noqa: S608 - numbers and placeholders
            f' FROM (VALUES {periods}) AS period JOIN "order" ON store_id = {database.param}'
            " AND remote_created_at >= column2 AND remote_created_at < column3"
            f" WHERE {IS_PLACED} GROUP BY column1",
            (*(bound for period in pairwise(bounds) for bound in period), store_id),
        ).fetchall()
        return [
            OrderSum(position, counted, units * MONEY_UNIT) for position, counted, units in rows
        ]


class OrderSum(NamedTuple):
    """Number and total of the orders placed in the period with this position."""

    position: int
    counted: int
    amount: Decimal


Order.add_index(Order.index(Order.store, SQL(TOTAL), Order.remote_id, name="order_store_id_total"))
# For the sums of a store's orders by the day, which read no rows.
Order.add_index(
    Order.index(
        Order.store,
        Order.remote_created_at,
        Order.total,
        # SQLite checks the condition on every row, although the index has only rows that match.
        Order.payment_status,
        Order.deleted_at,
        name="order_store_id_placed",
        where=SQL(IS_PLACED),
    )
)
# Partial indexes, because few orders have a value and every write of an order updates a full index.
Order.add_index(
    Order.index(
        Order.store,
        Order.coupon_code_key,
        Order.remote_created_at,
        Order.remote_id,
        name="order_store_id_coupon_code_key",
        where=SQL("coupon_code_key IS NOT NULL"),
    )
)
Order.add_index(
    Order.index(
        Order.store,
        Order.referer_id,
        name="order_store_id_referer_id",
        where=SQL("referer_id IS NOT NULL"),
    )
)
Order.add_index(
    Order.index(
        Order.store,
        Order.external_id,
        name="order_store_id_external_id",
        where=SQL("external_id IS NOT NULL"),
    )
)


class OrderItem(Table):
    """One item of an order; a newer version of the order replaces all its items.

    Ecwid's version of the item is in the order's ``raw``, in the list ``items`` at the same
    position.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    order_id = BigIntegerField()  # the order's remote_id
    position = IntegerField()  # from 0, as Ecwid lists them
    remote_id = BigIntegerField(null=True)
    product_id = BigIntegerField(null=True)
    variation_id = BigIntegerField(null=True)
    sku = CharField(null=True)
    name = TextField()
    quantity = IntegerField(null=True)
    price = MoneyField(null=True)
    coupon_amount = MoneyField(null=True)

    class Meta:
        primary_key = CompositeKey("store", "order_id", "position")
        indexes = ((("store", "product_id", "order_id"), False),)

    @classmethod
    def replace_all(
        cls,
        store_id: int,
        order_ids: Sequence[int],
        rows: Sequence[StoredRow],
        read_at: datetime,  # noqa: ARG003 - items have no time of their own
    ) -> None:
        """Delete the items of ``order_ids`` and write ``rows``, which may be of more orders."""
        if order_ids:
            delete_in_values(cls, cls.order_id, store_id, order_ids)
        try:
            with cls._meta.database.atomic():
                cls._append(rows)
        except IntegrityError:
            # Items that were left behind without their order must not stop all runs of a store.
            written = sorted({row["order_id"] for row in rows})
            delete_in_values(cls, cls.order_id, store_id, written)
            cls._append(rows)

    @classmethod
    def _append(cls, rows: Sequence[StoredRow]) -> None:
        for batch in chunked_rows(cls, rows):
            append_stored_rows(cls, batch)
