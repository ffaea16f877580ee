"""Columns with sealed secrets: all whose names start with ``sealed_``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Field

from portal.models.base import Table


@dataclass(frozen=True)
class SealedColumn:
    """One such column, with its table and primary key."""

    table: type[Table]
    column: Field
    key: Field

    @property
    def name(self) -> str:
        """Name of the table and the column."""
        return f"{self.table._meta.table_name}.{self.column.name}"

    def rows_after(self, row: int | None, limit: int) -> Sequence[tuple[int, str]]:
        """Return the keys and sealed secrets of the next rows after the key ``row``."""
        rows = self.table.select(self.key, self.column).where(
            ~self.column.is_null(), self.column != ""
        )
        if row is not None:
            rows = rows.where(self.key > row)
        # The result is tuples, although peewee's types say rows.
        found: Any = rows.order_by(self.key).limit(limit).tuples()
        return list(found)

    def replace(self, row: int, sealed: str, resealed: str) -> bool:
        """Replace a sealed secret; return False if the row has changed since it was read."""
        written: int = (
            self.table.update({self.column: resealed})
            .where(self.key == row, self.column == sealed)
            .execute()
        )
        return written == 1


def sealed_columns(tables: Sequence[type[Table]]) -> Iterator[SealedColumn]:
    """Yield every column of sealed secrets in ``tables``."""
    for table in tables:
        for column in table._meta.sorted_fields:
            if column.name.startswith("sealed_"):
                key: Any = table._meta.primary_key
                yield SealedColumn(table, column, key)
