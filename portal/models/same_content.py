"""Comparison of new rows with the records that the mirror has, field by field.

Ecwid's update times are whole seconds, so they can't distinguish two changes within one second.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Raw, json
from peewee import Model

from portal.models.bulk import StoredRow, is_postgresql, quote_name, select_by_remote_ids
from portal.models.fields import load_json


def ids_with_same_content(
    table: type[Model], store_id: int, rows: Sequence[StoredRow], columns: Sequence[str]
) -> frozenset[int]:
    """Return the ids of those rows whose ``raw`` and ``columns`` are equal to the stored ones.

    The order of an object's fields and the digits of a number don't matter, as in ``jsonb``. The
    columns are whole numbers, texts or null.
    """
    if not rows:
        return frozenset()
    if is_postgresql(table._meta.database):
        return _compare_in_postgresql(table, store_id, rows, columns)
    names = ", ".join(("remote_id", "raw", *columns))
    ids = [row["remote_id"] for row in rows]
    stored = {row[0]: row[1:] for row in select_by_remote_ids(table, names, store_id, ids)}
    return frozenset(
        row["remote_id"]
        for row in rows
        if (found := stored.get(row["remote_id"])) is not None
        and list(found[1:]) == [row[column] for column in columns]
        and _is_same(found[0], row["raw"])
    )


def _is_same(stored: str, new: str) -> bool:
    # Nearly all records that are read again have the same text, and then nothing is decoded.
    return stored == new or bool(load_json(stored) == load_json(new))


def _compare_in_postgresql(
    table: type[Model], store_id: int, rows: Sequence[StoredRow], columns: Sequence[str]
) -> frozenset[int]:
    """Let the server compare: decoding each record here would take much longer."""
    given = json.encode(
        [
            {name: row[name] for name in ("remote_id", *columns)}
            | {"raw": Raw(row["raw"].encode())}
            for row in rows
        ]
    ).decode()
    statement = _comparison_sql(table, tuple(columns))
    found = table._meta.database.execute_sql(statement, [given, store_id]).fetchall()
    return frozenset(remote_id for (remote_id,) in found)


@cache
def _comparison_sql(table: type[Model], columns: tuple[str, ...]) -> str:
    known = table._meta.database.get_sql_context().state.field_types
    types = {name: table._meta.columns[name].field_type for name in columns}
    given = "".join(f", {quote_name(name)} {known.get(kind, kind)}" for name, kind in types.items())
    is_same = "".join(
        f" AND stored.{quote_name(name)} IS NOT DISTINCT FROM given.{quote_name(name)}"
        for name in columns
    )
    stored = ", ".join(map(quote_name, ("raw", *columns)))
    # A LATERAL join looks each id up in the key, as in `select_by_remote_ids`.
    one = (
        f"SELECT {stored} FROM {quote_name(table._meta.table_name)}"  # noqa: S608
        " WHERE store_id = %s AND remote_id = given.remote_id LIMIT 1"
    )
    return (
        "SELECT given.remote_id"  # noqa: S608
        f" FROM json_to_recordset(%s) AS given(remote_id bigint, raw jsonb{given})"
        f" CROSS JOIN LATERAL ({one}) AS stored WHERE stored.raw = given.raw{is_same}"
    )
