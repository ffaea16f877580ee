"""Search of a whole store: the first products, orders, customers and coupons that match.

Records whose number, SKU, email address, code or ID is exactly the typed text come first. A search
takes at most seven statements, whatever matches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Case, Expression, Field, Tuple, fn

from portal.models import Coupon, Customer, MirrorTable, Order, Product, Store, Variation, database
from portal.models.bulk import in_values
from portal.models.search_lookup import find_ids_by_table, has_parts
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.records.email_addresses import normalize_email
from portal.rules.records.search_text import required_parts
from portal.services.records.read_records import LARGEST_ID

# Records shown of each kind; a list has all.
SHOWN = 5
# If more records match, they aren't sorted, and the newest are looked for among so many records.
# A list sorts more, because a person who opens it waits for a single kind.
MATCH_LIMIT = 2_000
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
    frequent = [table for table, ids in zip(_TIMES, found, strict=True) if len(ids) > MATCH_LIMIT]
    newest = _newest_ids(frequent, store.id, parts)
    return StoreMatches(
        *(
            _matches(table, store.id, exact.get(table, []), ids, newest.get(table))
            for table, ids in zip(_TIMES, found, strict=True)
        )
    )


def _matches(
    table: type[MirrorTable],
    store_id: int,
    exact: Sequence[int],
    ids: Sequence[int],
    newest: Sequence[int] | None,
) -> Matches:
    """Return the exact matches and the newest of the others.

    ``newest`` are the newest matches that were found if there are too many to sort them all.
    """
    known = [*exact, *(ids if newest is None else (*newest, *ids[:SHOWN]))]
    if not known:
        return Matches([], 0)
    is_exact = Case(None, [(in_values(table.remote_id, exact), 0)], 1) if exact else None
    # COALESCE keeps the database from reading the records in the order of their index.
    by_time = fn.COALESCE(_TIMES[table], _TIMES[table]).desc()
    rows = (
        table.select(*table.listed_fields())
        .where(table.matching(store_id, known), table.deleted_at.is_null())
        .order_by(*([] if is_exact is None else [is_exact]), by_time, table.remote_id.desc())
        .limit(SHOWN)
    )
    return Matches(list(rows), len(set(known)) if newest is None else None)


def _newest_ids(
    tables: Sequence[type[MirrorTable]], store_id: int, parts: Sequence[str]
) -> dict[type[MirrorTable], list[int]]:
    """Return the newest matches among the newest records of each table, in one statement."""
    found: dict[type[MirrorTable], list[int]] = {table: [] for table in tables}
    queries = [_newest(table, store_id, parts) for table in tables]
    for number, remote_id in _numbered(queries) if queries else []:
        found[tables[number]].append(remote_id)
    return found


def _newest(table: type[MirrorTable], store_id: int, parts: Sequence[str]) -> Any:
    """Return a query of the newest matches among the first `MATCH_LIMIT` records.

    A table with more matches has as many records. The scan ends with the last match that is shown.
    """
    at, other = _TIMES[table], table.alias()
    time = getattr(other, at.name)
    end = (
        other.select(time, other.remote_id)
        .where(other.store == store_id)
        .order_by(time.desc(), other.remote_id.desc())
        .offset(MATCH_LIMIT - 1)
        .limit(1)
    )
    return (
        table.select(table.remote_id)
        .where(
            table.store == store_id,
            Tuple(at, table.remote_id) >= end,
            table.deleted_at.is_null(),
            has_parts(table, parts),
        )
        .order_by(at.desc(), table.remote_id.desc())
        .limit(SHOWN)
    )


def _numbered(queries: Sequence[Any]) -> list[tuple[int, int]]:
    """Return the ids of several queries in one statement, each with its query's number."""
    statements, values = [], []
    for number, query in enumerate(queries):
        statement, bound = query.sql()
        statements.append(f"SELECT {number}, found.* FROM ({statement}) AS found")  # noqa: S608 - numbers
        values += bound
    rows: list[tuple[int, int]] = database.execute_sql(
        " UNION ALL ".join(statements), values
    ).fetchall()
    return rows


def _exact_ids(store_id: int, typed: str) -> dict[type[MirrorTable], list[int]]:
    """Return the ids of records that are named by exactly the typed text, by table."""
    wanted = _exact_conditions(typed)
    found: dict[type[MirrorTable], list[int]] = {}
    queries = [
        table.select(column)
        .where(table.store == store_id, table.deleted_at.is_null(), condition)
        .limit(SHOWN)
        for table, column, condition in wanted
    ]
    for number, remote_id in _numbered(queries):
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
