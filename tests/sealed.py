"""Sealed secrets of rows, opened and sealed as the product binds them."""

from __future__ import annotations

from portal.models.base import Table
from portal.models.sealed_columns import BOUND_TO
from portal.sealing import Sealer


def open_secret(sealer: Sealer, row: Table, column: str) -> str:
    """Return the secret in a column of a row."""
    return sealer.open(getattr(row, column), *_place(row, column))


def seal_secret(sealer: Sealer, row: Table, column: str, secret: str) -> str:
    """Return a secret sealed for a column of a row; the caller saves it."""
    return sealer.seal(secret, *_place(row, column))


def _place(row: Table, column: str) -> tuple[str, object]:
    table = row._meta.table_name
    return f"{table}.{column}", row.__data__[BOUND_TO[table]]
