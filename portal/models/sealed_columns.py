"""Columns with sealed secrets: all whose names start with ``sealed_``.

A secret is bound to its column and to one value of its row, which never changes while the row has
the secret. A copy of it elsewhere doesn't open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Field

from portal.models.base import Table

# Column that secrets are bound to, by table. Grants of a store replace one another, and the content
# of an email opens for its recipient only.
BOUND_TO = {
    "grant": "store",
    "parked_grant": "token_digest",
    "second_factor": "merchant",
    "webhook_endpoint": "id",
    "alert_channel": "id",
    "browser_session": "id",
    "queued_email": "recipient",
}


@dataclass(frozen=True)
class SealedColumn:
    """One such column, with its table, its primary key, and the column it is bound to."""

    table: type[Table]
    column: Field
    key: Field
    bound_to: Field

    @property
    def name(self) -> str:
        """Name of the table and the column."""
        return f"{self.table._meta.table_name}.{self.column.name}"

    def rows_after(self, row: int | None, limit: int) -> Sequence[tuple[int, object, str]]:
        """Return keys, bound values and sealed secrets of the next rows after the key ``row``."""
        rows = self.table.select(self.key, self.bound_to, self.column).where(
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
                bound_to = table._meta.fields[BOUND_TO[table._meta.table_name]]
                yield SealedColumn(table, column, key, bound_to)
