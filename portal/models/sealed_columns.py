"""Name the columns that hold sealed secrets: those whose names begin with ``sealed_``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Field

from portal.models.base import Table


@dataclass(frozen=True)
class SealedColumn:
    """Hold one such column and the key of its table."""

    table: type[Table]
    column: Field
    key: Field

    @property
    def name(self) -> str:
        """Return the column's name with its table's."""
        return f"{self.table._meta.table_name}.{self.column.name}"

    def rows_after(self, row: int | None, limit: int) -> Sequence[tuple[int, str]]:
        """Return the next rows by their key that hold a secret: the key, and what is sealed."""
        rows = self.table.select(self.key, self.column).where(
            ~self.column.is_null(), self.column != ""
        )
        if row is not None:
            rows = rows.where(self.key > row)
        # Tuples come of it, though peewee's types say rows.
        found: Any = rows.order_by(self.key).limit(limit).tuples()
        return list(found)

    def replace(self, row: int, sealed: str, resealed: str) -> bool:
        """Write a secret sealed anew; False if the row no longer holds what was read."""
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
