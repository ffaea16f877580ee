"""Search of a whole store: the first products, orders, customers and coupons that match.

Records whose number, SKU, email address, code or ID is exactly the typed text come first. A search
takes six statements, whatever matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Case, Expression, Field, fn

from portal.models import Coupon, Customer, MirrorTable, Order, Product, Store, Variation, database
from portal.models.bulk import in_values
from portal.models.search_lookup import find_ids_by_table, has_parts
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.records.email_addresses import normalize_email
from portal.rules.records.search_text import required_parts
from portal.services.records.read_records import LARGEST_ID
from portal.services.records.text_search import MATCH_LIMIT

# Records shown of each kind; a list has all.
SHOWN = 5
# If too many records match to be sorted, the newest are looked for among so many.
SCAN_LIMIT = 2_000
# The tables in the order of the page, each with the time of its list, newest first.
_TIMES: dict[type[MirrorTable], Field] = {
    Product: Product.remote_updated_at,
    Order: Order.remote_created_at,
    Customer: Customer.remote_created_at,
    Coupon: Coupon.remote_updated_at,
}


@dataclass(frozen=True)
class Matches:
    """First matching records of one kind; ``count`` is that of all, None if above the limit."""

    rows: Sequence[Any]
    count: int | None

    @property
    def has_more(self) -> bool:
        """Return whether the list of this kind has more matches."""
        return self.count is None or self.count > len(self.rows)


@dataclass(frozen=True)
class StoreMatches:
    """Result of a search of the whole store."""

    products: Matches
    orders: Matches
    customers: Matches
    coupons: Matches

    @property
    def is_empty(self) -> bool:
        """Return whether nothing matches."""
        kinds = (self.products, self.orders, self.customers, self.coupons)
        return not any(kind.rows for kind in kinds)


def search_store(store: Store, typed: str) -> StoreMatches:
    """Return the first live records of each kind that match the typed text."""
    parts, exact = required_parts(typed), _exact_ids(store.id, typed)
    found: list[list[int]] = [[] for _ in _TIMES]
    if parts:
        found = find_ids_by_table(list(_TIMES), store.id, parts, MATCH_LIMIT + 1)
    return StoreMatches(
        *(
            _matches(table, store.id, parts, exact.get(table, []), ids)
            for table, ids in zip(_TIMES, found, strict=True)
        )
    )


def _matches(
    table: type[MirrorTable],
    store_id: int,
    parts: Sequence[str],
    exact: Sequence[int],
    ids: Sequence[int],
) -> Matches:
    """Return the exact matches and the newest of the others."""
    has_too_many = len(ids) > MATCH_LIMIT
    known = [*exact, *(ids[:SHOWN] if has_too_many else ids)]
    if not known:
        return Matches([], 0)
    is_match: Any = in_values(table.remote_id, known)
    if has_too_many:
        is_match |= table.remote_id.in_(_newest(table, store_id, parts))
    is_exact = Case(None, [(in_values(table.remote_id, exact), 0)], 1) if exact else None
    # COALESCE keeps the database from reading the records in the order of their index.
    newest = fn.COALESCE(_TIMES[table], _TIMES[table]).desc()
    rows = (
        table.select(*table.listed_fields())
        .where(table.store == store_id, table.deleted_at.is_null(), is_match)
        .order_by(*([] if is_exact is None else [is_exact]), newest, table.remote_id.desc())
        .limit(SHOWN)
    )
    return Matches(list(rows), None if has_too_many else len(set(known)))


def _newest(table: type[MirrorTable], store_id: int, parts: Sequence[str]) -> Any:
    """Return a statement for the newest matches among the first `SCAN_LIMIT` records."""
    other: Any = table.alias()
    at = getattr(other, _TIMES[table].name)
    scan = (
        other.select(other.store, other.remote_id, at.alias("at"))
        .where(other.store == store_id, other.deleted_at.is_null())
        .order_by(at.desc(), other.remote_id.desc())
        .limit(SCAN_LIMIT)
        .alias("scan")
    )
    is_match = has_parts(table, parts, of=(scan.c.store_id, scan.c.remote_id))
    newest = scan.select_from(scan.c.remote_id).where(is_match)
    return newest.order_by(scan.c.at.desc()).limit(SHOWN)


def _exact_ids(store_id: int, typed: str) -> dict[type[MirrorTable], list[int]]:
    """Return the ids of records that are named by exactly the typed text, by table."""
    wanted = _exact_conditions(typed)
    statements, values = [], []
    for number, (table, column, condition) in enumerate(wanted):
        query = table.select(column.alias("id")).where(
            table.store == store_id, table.deleted_at.is_null(), condition
        )
        statement, bound = query.limit(SHOWN).sql()
        statements.append(f"SELECT {number}, id FROM ({statement}) AS found_{number}")  # noqa: S608 - numbers
        values += bound
    found: dict[type[MirrorTable], list[int]] = {}
    for number, remote_id in database.execute_sql(
        " UNION ALL ".join(statements), values
    ).fetchall():
        table = wanted[number][0]
        found.setdefault(Product if table is Variation else table, []).append(remote_id)
    return found


def _exact_conditions(typed: str) -> list[tuple[type[MirrorTable], Field, Expression]]:
    """Return the conditions that an index answers, each with its table and the column to return."""
    email, numbers = normalize_email(typed), sorted({typed, typed.upper(), typed.lower()})
    numbers += [number.removeprefix("#") for number in numbers if number.startswith("#")]
    wanted: list[tuple[type[MirrorTable], Field, Expression]] = [
        (Product, Product.remote_id, Product.sku.in_(numbers)),
        (Variation, Variation.product_id, Variation.sku.in_(numbers)),
        (Order, Order.remote_id, Order.number.in_(numbers)),
        (Customer, Customer.remote_id, Customer.email == email),
        (Coupon, Coupon.remote_id, Coupon.code_key == coupon_code_key(typed)),
    ]
    if typed.isdecimal() and typed.isascii() and int(typed) <= LARGEST_ID:
        wanted += [(table, table.remote_id, table.remote_id == int(typed)) for table in _TIMES]
    return wanted
