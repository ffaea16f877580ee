"""Comparison of new rows with the records that the mirror has, field by field.

Ecwid's update times are whole seconds, so they can't distinguish two changes within one second.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw, json
from peewee import Model

from portal.models.bulk import StoredRow, is_postgresql, quote_name, select_by_remote_ids
from portal.models.fields import load_json


def ids_with_same_raw(
    table: type[Model], store_id: int, rows: Sequence[StoredRow]
) -> frozenset[int]:
    """Return the ids of those rows whose ``raw`` is equal to the stored one.

    The order of an object's fields and the digits of a number don't matter, as in ``jsonb``.
    """
    if is_postgresql(table._meta.database):
        return _compare_in_postgresql(table, store_id, rows)
    stored = dict(
        select_by_remote_ids(table, "remote_id, raw", store_id, [row["remote_id"] for row in rows])
    )
    return frozenset(
        row["remote_id"] for row in rows if _is_same(stored.get(row["remote_id"]), row["raw"])
    )


def _is_same(stored: str | None, new: str) -> bool:
    # Nearly all records that are read again have the same text, and then nothing is decoded.
    return stored == new or (stored is not None and load_json(stored) == load_json(new))


def _compare_in_postgresql(
    table: type[Model], store_id: int, rows: Sequence[StoredRow]
) -> frozenset[int]:
    """Let the server compare: decoding each record here would take much longer."""
    given = json.encode(
        [{"remote_id": row["remote_id"], "raw": Raw(row["raw"].encode())} for row in rows]
    ).decode()
    # A LATERAL join looks each id up in the key, as in `select_by_remote_ids`.
    one = (
        f"SELECT raw FROM {quote_name(table._meta.table_name)}"  # noqa: S608
        " WHERE store_id = %s AND remote_id = given.remote_id LIMIT 1"
    )
    statement = (
        "SELECT given.remote_id"  # noqa: S608
        " FROM json_to_recordset(%s) AS given(remote_id bigint, raw jsonb)"
        f" CROSS JOIN LATERAL ({one}) AS stored WHERE stored.raw = given.raw"
    )
    found = table._meta.database.execute_sql(statement, [given, store_id]).fetchall()
    return frozenset(remote_id for (remote_id,) in found)
