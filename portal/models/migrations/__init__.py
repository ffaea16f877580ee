"""Bring a database to the newest schema: numbered scripts, forward only.

Each script holds frozen copies of the tables as they were at its time, so that changing a model
never changes history. `playhouse.migrations` runs them, each in a transaction of its own.
"""

from __future__ import annotations

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

DIRECTORY = Path(__file__).parent


def migrate(database: Database, *, target: str | None = None) -> list[str]:
    """Apply what is missing, up to ``target`` or the newest; return the names applied."""
    with database.connection_context():
        applied: list[str] = Runner(database, str(DIRECTORY)).up(target)
    return applied


def pending(database: Database) -> list[str]:
    """Return the names of the scripts that this database still lacks, oldest first."""
    with database.connection_context():
        return [m.name for m in Runner(database, str(DIRECTORY)).status() if not m.applied]
