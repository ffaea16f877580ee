"""Keys of records in the order of a list: a value of an index, and the record's id.

Each list has an index of its records by store, value and id. A page reads the keys after a cursor,
so it costs the same however far back it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from portal.models.base import database
from portal.models.bulk import chunked, is_postgresql
from portal.models.fields import UtcDateTimeField, from_micros, to_micros

if TYPE_CHECKING:
    from portal.models.mirror import MirrorTable

# Names are compared by their first characters. The search text begins with the three characters of
# its scope and two blanks, see `portal.rules.records.search_text`.
NAME_LENGTH = 60
_NAME = f"substr(text, 6, {NAME_LENGTH})"
# Orders have no list by name, so the index spares them.
_NAMED = "mirror_table = '{table}' AND mirror_table <> 'order'"
IDS_AT_ONCE = 5_000


class ListKey(NamedTuple):
    """Position of a record in a list; a time is in microseconds."""

    value: int | str
    remote_id: int


@dataclass(frozen=True)
class KeyIndex:
    """Index of one table; ``value`` is its expression, ``time`` the column if it is a time.

    ``where`` are the conditions that the rows of a list meet, in SQL.
    """

    table: str
    value: str
    where: str
    time: UtcDateTimeField | None = None
    is_text: bool = False

    @classmethod
    def of_column(cls, table: type[MirrorTable], value: str) -> KeyIndex:
        """Return the index of the live records of a table by an expression without NULL."""
        return cls(table._meta.table_name, value, "deleted_at IS NULL")

    @classmethod
    def of_time(cls, table: type[MirrorTable], field: UtcDateTimeField) -> KeyIndex:
        """Return the index of the live records of a table by a time."""
        return cls(table._meta.table_name, field.column_name, "deleted_at IS NULL", field)

    @classmethod
    def of_name(cls, table: type[MirrorTable]) -> KeyIndex:
        """Return the index of a table's live records by the first searched text, folded."""
        where = _NAMED.format(table=table._meta.table_name)
        return cls("search_document", _NAME, where, is_text=True)

    def next_keys(
        self, store_id: int, after: ListKey | None, *, is_descending: bool, limit: int
    ) -> list[ListKey]:
        """Return up to ``limit`` keys after the key ``after``, in ascending or descending order."""
        way, compared = (" DESC", "<") if is_descending else ("", ">")
        mark, order = database.param, f"ORDER BY value{way}, remote_id{way} LIMIT {limit}"
        if after is None:
            return self._read(store_id, "", [], order)
        at = self._to_database(after.value)
        # Two ranges: SQLite reads no row value comparison as a range of an index of expressions.
        same = self._select(f" AND {self._value} = {mark} AND remote_id {compared} {mark}")
        rest = self._select(f" AND {self._value} {compared} {mark}")
        statement = (
            f"SELECT * FROM ({same} ORDER BY remote_id{way} LIMIT {limit}) AS same"  # noqa: S608 - own names
            f" UNION ALL SELECT * FROM ({rest} {order}) AS rest"
        )
        values = [store_id, at, after.remote_id, store_id, at]
        rows = database.execute_sql(statement, values).fetchall()
        return sorted(map(self._key, rows), reverse=is_descending)[:limit]

    def keys_of(self, store_id: int, ids: Sequence[int]) -> list[ListKey]:
        """Return the keys of these records, in no order; those that aren't live have none."""
        found, values = list[ListKey](), list[Any]()
        for some in chunked(ids, IDS_AT_ONCE):
            if is_postgresql(database):
                condition, values = " AND remote_id = ANY(%s)", [list(some)]
            else:
                marks = ", ".join("?" * len(some))
                condition, values = f" AND remote_id IN ({marks})", [*some]
            found += self._read(store_id, condition, values, "")
        return found

    def read_value(self, text: str) -> int | str:
        """Return a value of a cursor; raise ValueError if it can't be one."""
        if self.is_text:
            return text[:NAME_LENGTH]
        value = int(text)
        if abs(value) >= 2**63:
            raise ValueError(text)
        if self.time is not None:
            from_micros(value)
        return value

    @property
    def _value(self) -> str:
        if self.is_text and is_postgresql(database):
            return f'({self.value} COLLATE "C")'
        return self.value

    def _select(self, condition: str) -> str:
        return (
            f'SELECT {self._value} AS value, remote_id FROM "{self.table}"'  # noqa: S608 - own names
            f" WHERE store_id = {database.param} AND {self.where}{condition}"
        )

    def _read(
        self, store_id: int, condition: str, values: Sequence[Any], order: str
    ) -> list[ListKey]:
        statement = f"{self._select(condition)} {order}"
        rows = database.execute_sql(statement, [store_id, *values]).fetchall()
        return list(map(self._key, rows))

    def _key(self, row: Sequence[Any]) -> ListKey:
        value, remote_id = row
        if self.time is not None:
            at: Any = self.time.python_value(value)
            value = to_micros(at)
        return ListKey(value, remote_id)

    def _to_database(self, value: int | str) -> Any:
        if self.time is None:
            return value
        return self.time.db_value(from_micros(int(value)))
