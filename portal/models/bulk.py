"""Name many rows or many ids in one statement; its text is put together from few parts.

peewee builds a tree of nodes for each value and then walks it, which took two thirds of a first
copy's time, and psycopg looks for its marks in every text anew. So SQLite gets plain VALUES, and
PostgreSQL one JSON text of all rows: a statement that is the same for any number of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from operator import itemgetter
from typing import Any

from msgspec import Raw, json
from peewee import SQL, Database, Field, ForeignKeyField, JSONField, Model

from portal.models.fields import MoneyField, UtcDateTimeField, dump_json

# SQLite takes at most 32,766 variables in one statement.
ROWS_PER_STATEMENT = 200

Convert = Callable[[Any], Any] | None


def insert_rows(table: type[Model], rows: Sequence[Mapping[str, Any]], then: str = "") -> int:
    """Insert at most `ROWS_PER_STATEMENT` rows by field name; return how many were written.

    All rows name the same fields; fields that they don't name get their defaults. ``then`` is the
    SQL that follows the values, such as ``ON CONFLICT …``.
    """
    if not rows:
        return 0
    database = table._meta.database
    if absent := _defaults(table, tuple(rows[0])):
        rows = [{**row, **{name: make() for name, make in absent.items()}} for row in rows]
    names = tuple(rows[0])
    insert = _insert(table, names, is_json=is_postgresql(database))
    columns = _columns(zip(*map(itemgetter(*names), rows), strict=True), insert.converters)
    parameters: list[Any]
    if insert.is_json:
        values = insert.select
        records = (
            dict(zip(insert.columns, row, strict=True)) for row in zip(*columns, strict=True)
        )
        parameters = [json.encode(list(records)).decode()]
    else:
        one_row = f"({', '.join('?' * len(names))})"
        values = f"VALUES {', '.join([one_row] * len(rows))}"
        parameters = list(chain.from_iterable(zip(*columns, strict=True)))
    cursor = database.execute_sql(f"{insert.head} {values} {then}", parameters)
    written: int = database.rows_affected(cursor)
    return written


@cache
def _defaults(table: type[Model], names: tuple[str, ...]) -> dict[str, Callable[[], Any]]:
    """Return what makes the values of the fields that have a default and aren't named."""
    absent = {
        field: value for field, value in table._meta.defaults.items() if field.name not in names
    }
    return {
        field.name: value if callable(value) else partial(_same, value)
        for field, value in absent.items()
    }


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Insert:
    """Hold what every statement into the same columns of a table shares."""

    is_json: bool
    head: str
    select: str
    columns: list[str]
    converters: list[Convert]


@cache
def _insert(table: type[Model], names: tuple[str, ...], *, is_json: bool) -> Insert:
    fields = [table._meta.fields[name] for name in names]
    columns = [field.column_name for field in fields]
    known = table._meta.database.get_sql_context().state.field_types
    types = [known.get(field.field_type, field.field_type) for field in fields]
    described = ", ".join(
        f"{quoted(name)} {kind}" for name, kind in zip(columns, types, strict=True)
    )
    return Insert(
        is_json=is_json,
        head=f"INSERT INTO {quoted(table._meta.table_name)} ({', '.join(map(quoted, columns))})",
        # Names and types come from the models, never from a record.
        select=f"SELECT * FROM json_to_recordset(%s) AS given({described})",  # noqa: S608
        columns=columns,
        converters=[_converter(field, is_json=is_json) for field in fields],
    )


def _columns(
    columns: Iterable[tuple[Any, ...]], converters: Sequence[Convert]
) -> list[Sequence[Any]]:
    return [
        list(column)
        if convert is None
        else [None if value is None else convert(value) for value in column]
        for column, convert in zip(columns, converters, strict=True)
    ]


def _converter(field: Field, *, is_json: bool) -> Convert:
    """Return what makes a value fit for the statement; None where it is taken as it is."""
    if isinstance(field, JSONField):
        # peewee would have SQLite parse the text once more, by json(?).
        return _as_it_stands if is_json else dump_json
    is_own = isinstance(field, UtcDateTimeField | MoneyField | ForeignKeyField)
    return field.db_value if is_own else None


def _as_it_stands(value: Any) -> Raw:
    return Raw(dump_json(value).encode())


def live_among(
    table: type[Model], columns: str, store_id: int, remote_ids: Sequence[int]
) -> list[tuple[Any, ...]]:
    """Return columns, as the driver gives them, of the store's live records among these."""
    database = table._meta.database
    ids = among(table._meta.fields["remote_id"], remote_ids)
    found: list[tuple[Any, ...]] = database.execute_sql(
        # Names come from the models.
        f"SELECT {columns} FROM {quoted(table._meta.table_name)}"  # noqa: S608
        f" WHERE store_id = {database.param} AND deleted_at IS NULL AND {ids.sql}",
        [store_id, *ids.params],
    ).fetchall()
    return found


def among(field: Field, values: Sequence[int]) -> SQL:
    """Return the condition that ``field``, of whole numbers, is one of ``values``.

    For statements over one table: the column is not named with its table.
    """
    column = quoted(field.column_name)
    if is_postgresql(field.model._meta.database):
        return SQL(f"{column} = ANY(%s)", [list(values)])
    return SQL(f"{column} IN ({', '.join('?' * len(values))})", list(values))


def is_postgresql(database: Database) -> bool:
    """Tell which of the two a table's database is."""
    # Known by its mark for values: what tables hold is a stand-in for either.
    return bool(database.param == "%s")


def quoted(name: str) -> str:
    """Return a name as SQL takes it even if it is a word of its own, as ``order`` is."""
    return f'"{name}"'
