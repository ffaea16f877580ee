"""Name many rows or many ids in one statement; its text is put together from few parts.

peewee builds a tree of nodes for each value and then walks it, which took two thirds of a first
copy's time. Column types convert the values here as they do there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any

from peewee import SQL, Field, ForeignKeyField, JSONField, Model

from portal.models.fields import MoneyField, UtcDateTimeField, dump_json

# SQLite takes at most 32,766 variables in one statement; PostgreSQL 65,535.
ROWS_PER_STATEMENT = 200

Converters = list[tuple[int, Callable[[Any], Any]]]


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
    head, converters = _insert(table, names)
    one_row = f"({', '.join([database.param] * len(names))})"
    values = ", ".join([one_row] * len(rows))
    parameters = _parameters(rows, itemgetter(*names), converters)
    cursor = database.execute_sql(f"{head} VALUES {values} {then}", parameters)
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


@cache
def _insert(table: type[Model], names: tuple[str, ...]) -> tuple[str, Converters]:
    """Return the statement's beginning, and what converts which of a row's values."""
    fields = [table._meta.fields[name] for name in names]
    columns = ", ".join(quoted(field.column_name) for field in fields)
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        if (convert := _converter(field)) is not None
    ]
    return f"INSERT INTO {quoted(table._meta.table_name)} ({columns})", converters


def _parameters(
    rows: Sequence[Mapping[str, Any]],
    values_of: Callable[[Mapping[str, Any]], tuple[Any, ...]],
    converters: Converters,
) -> list[Any]:
    parameters: list[Any] = []
    for row in rows:
        values = list(values_of(row))
        for place, convert in converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        parameters += values
    return parameters


def _converter(field: Field) -> Callable[[Any], Any] | None:
    """Return what makes a value fit for the database; None where drivers take it as it is."""
    if isinstance(field, JSONField):
        # peewee would have SQLite parse the text once more, by json(?).
        return dump_json
    is_own = isinstance(field, UtcDateTimeField | MoneyField | ForeignKeyField)
    return field.db_value if is_own else None


def among(field: Field, values: Sequence[int]) -> SQL:
    """Return the condition that ``field``, of whole numbers, is one of ``values``.

    For statements over one table: the column is not named with its table.
    """
    if not values:
        return SQL("1 = 0")
    places = ", ".join([field.model._meta.database.param] * len(values))
    return SQL(f"{quoted(field.column_name)} IN ({places})", list(values))


def quoted(name: str) -> str:
    """Return a name as SQL takes it even if it is a word of its own, as ``order`` is."""
    return f'"{name}"'
