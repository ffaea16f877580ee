"""Statements for many rows or ids, assembled from cached SQL text.

peewee builds a tree of nodes for each value, which took two thirds of a backfill's time, and
psycopg parses each new SQL text for placeholders. So SQLite gets plain VALUES. PostgreSQL gets one
JSON text with all rows, whose SQL is the same for any number of rows, or a COPY if no row can
conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, NewType, TypeVar

from msgspec import Raw, json
from peewee import SQL, Database, DatabaseProxy, Field, IntegrityError, JSONField, Model
from psycopg.errors import UniqueViolation

from portal.models.fields import convert_rows, converters_of

# SQLite accepts at most 32,766 variables per statement.
ROWS_PER_STATEMENT = 200

# PostgreSQL gets one parameter, whose size matters more than its number of rows.
ROWS_PER_JSON = 1_000

# A row by column name, with the values that `to_stored_row` has converted for the database.
StoredRow = NewType("StoredRow", dict[str, Any])
Item = TypeVar("Item")


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield lists of up to ``size`` items.

    peewee's function of this name fills the last list up to ``size`` and empties it again, which
    takes 0.4 ms for a size of 5,000.
    """
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def chunked_rows(table: type[Model], rows: Iterable[StoredRow]) -> Iterator[list[StoredRow]]:
    """Yield the rows of a table in lists that one statement should write."""
    is_json = is_postgresql(table._meta.database)
    return chunked(rows, ROWS_PER_JSON if is_json else ROWS_PER_STATEMENT)


def insert_rows(table: type[Model], rows: Sequence[Mapping[str, Any]], suffix_sql: str = "") -> int:
    """Insert at most `ROWS_PER_STATEMENT` rows by field name; return how many were written.

    All rows have the same fields; missing fields get their defaults. ``suffix_sql`` is the SQL
    after the values, such as ``ON CONFLICT …``.
    """
    return insert_stored_rows(table, stored_rows(table, rows), suffix_sql)


def to_stored_row(table: type[Model], row: Mapping[str, Any]) -> StoredRow:
    """Convert a row with field names for the database; see `stored_rows`."""
    return stored_rows(table, [row])[0]


def stored_rows(table: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[StoredRow]:
    """Convert rows with field names for the database; missing fields get their defaults.

    All rows must have the same fields. Call this before the transaction, in any thread, to keep the
    transaction short.
    """
    if not rows:
        return []
    layout = _row_layout(table, tuple(rows[0]))
    found = [dict(zip(layout.columns, row.values(), strict=True)) for row in rows]
    for column, make in layout.defaults:
        for row in found:
            row[column] = make()
    convert_rows(found, layout.converters)
    return [StoredRow(row) for row in found]


def insert_stored_rows(table: type[Model], rows: Sequence[StoredRow], suffix_sql: str = "") -> int:
    """Insert rows that `to_stored_row` has converted; otherwise the same as `insert_rows`."""
    if not rows:
        return 0
    database = table._meta.database
    columns = tuple(rows[0])
    parameters: list[Any]
    if is_postgresql(database):
        values = _select_from_json(table, columns)
        parameters = [_as_json(table, rows)]
    else:
        one_row = f"({', '.join('?' * len(columns))})"
        values = f"VALUES {', '.join([one_row] * len(rows))}"
        parameters = list(chain.from_iterable(map(itemgetter(*columns), rows)))
    cursor = database.execute_sql(
        f"INSERT INTO {_insert_target(table, columns)} {values} {suffix_sql}", parameters
    )
    written: int = database.rows_affected(cursor)
    return written


def append_stored_rows(table: type[Model], rows: Sequence[StoredRow]) -> int:
    """Insert converted rows that don't exist yet; the caller must prevent concurrent inserts.

    On PostgreSQL this uses COPY, which costs two thirds of an INSERT from JSON. Raises
    IntegrityError if a row exists.
    """
    database = table._meta.database
    if not rows or not is_postgresql(database):
        return insert_stored_rows(table, rows)
    columns = tuple(rows[0])
    statement = f"COPY {_insert_target(table, columns)} FROM STDIN"
    try:
        with database.cursor().copy(statement.encode()) as copy:
            for values in map(itemgetter(*columns), rows):
                copy.write_row(values)
    except UniqueViolation as error:
        raise IntegrityError(*error.args) from error
    return len(rows)


@dataclass(frozen=True)
class RowLayout:
    """Conversion of rows with the same fields.

    ``columns`` are in the order of the rows' fields; ``defaults`` are for all other columns.
    """

    columns: list[str]
    defaults: list[tuple[str, Callable[[], Any]]]
    converters: dict[str, Callable[[Any], Any]]


@cache
def _row_layout(table: type[Model], names: tuple[str, ...]) -> RowLayout:
    named = [table._meta.fields[name] for name in names]
    absent = {f: value for f, value in table._meta.defaults.items() if f.name not in names}
    return RowLayout(
        columns=[f.column_name for f in named],
        defaults=[(f.column_name, _default(value)) for f, value in absent.items()],
        converters=converters_of([*named, *absent]),
    )


def _default(value: Any) -> Callable[[], Any]:
    return value if callable(value) else lambda: value


def _insert_target(table: type[Model], columns: Sequence[str]) -> str:
    return f"{quote_name(table._meta.table_name)} ({', '.join(map(quote_name, columns))})"


def _as_json(table: type[Model], rows: Sequence[StoredRow]) -> str:
    """Return the rows as one JSON text that includes the texts of JSON columns unchanged."""
    fields = table._meta.columns
    columns = [column for column in rows[0] if isinstance(fields[column], JSONField)]
    raw = ({c: row[c] and Raw(row[c].encode()) for c in columns} for row in rows)
    return json.encode([row | texts for row, texts in zip(rows, raw, strict=True)]).decode()


@cache
def _select_from_json(table: type[Model], columns: tuple[str, ...]) -> str:
    known = table._meta.database.get_sql_context().state.field_types
    types = [table._meta.columns[column].field_type for column in columns]
    described = ", ".join(
        f"{quote_name(column)} {known.get(kind, kind)}"
        for column, kind in zip(columns, types, strict=True)
    )
    # Names and types come from the models, never from a record.
    return f"SELECT * FROM json_to_recordset(%s) AS given({described})"  # noqa: S608


def select_by_remote_ids(
    table: type[Model], columns: str, store_id: int, remote_ids: Sequence[int]
) -> list[tuple[Any, ...]]:
    """Return columns of the store's records with these ids, as the driver returns them."""
    database = table._meta.database
    # Names come from the models.
    read = f"SELECT {columns} FROM {quote_name(table._meta.table_name)}"  # noqa: S608
    values: list[Any]
    if is_postgresql(database):
        # A LATERAL join looks each id up in the key. Without statistics, PostgreSQL assumes that a
        # store has few records and would scan all of them for each page.
        one = f"{read} WHERE store_id = %s AND remote_id = wanted.id LIMIT 1"
        wanted = "unnest(%s::bigint[]) AS wanted(id)"
        statement = f"SELECT found.* FROM {wanted} CROSS JOIN LATERAL ({one}) AS found"  # noqa: S608
        values = [list(remote_ids), store_id]
    else:
        ids = in_values(table._meta.fields["remote_id"], remote_ids)
        statement = f"{read} WHERE store_id = ? AND {ids.sql}"
        values = [store_id, *ids.params]
    found: list[tuple[Any, ...]] = database.execute_sql(statement, values).fetchall()
    return found


def delete_in_values(
    table: type[Model], field: Field, store_id: int, values: Sequence[int]
) -> None:
    """Delete the store's rows whose integer ``field`` has one of these values."""
    database, ids = table._meta.database, in_values(field, values)
    database.execute_sql(
        # Names come from the models.
        f"DELETE FROM {quote_name(table._meta.table_name)}"  # noqa: S608
        f" WHERE store_id = {database.param} AND {ids.sql}",
        [store_id, *ids.params],
    )


def in_values(field: Field, values: Sequence[int]) -> SQL:
    """Return the condition that the integer ``field`` has one of these values.

    For statements over one table only, because the column is not qualified with its table.
    """
    column = quote_name(field.column_name)
    if is_postgresql(field.model._meta.database):
        return SQL(f"{column} = ANY(%s)", [list(values)])
    return SQL(f"{column} IN ({', '.join('?' * len(values))})", list(values))


def is_postgresql(database: Database | DatabaseProxy) -> bool:
    """Return whether the database is PostgreSQL, else it is SQLite."""
    # Detected by the placeholder, because `database` is a proxy for either kind.
    return bool(database.param == "%s")


def quote_name(name: str) -> str:
    """Return a quoted SQL name, for names such as ``order`` that are also keywords."""
    return f'"{name}"'
