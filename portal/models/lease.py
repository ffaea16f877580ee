"""Hold who may do a piece of work just now, so that no two workers on any host do it at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from peewee import CharField

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField, moment_text

# Written out, for every page takes it anew and putting it together took longer than running it.
ACQUIRE_SQL = """INSERT INTO lease (name, owner, expires_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, expires_at = EXCLUDED.expires_at
WHERE lease.owner = EXCLUDED.owner OR lease.expires_at < ?"""


class Lease(Table):
    """Keep one right to work, by name; it lapses by itself when its owner dies.

    A row and not a lock in Redis, because Redis may forget (promise 1) and because taking it is
    one statement on both databases.
    """

    name = CharField(primary_key=True)
    owner = CharField()
    expires_at = UtcDateTimeField()

    @classmethod
    def acquire(cls, name: str, owner: str, ttl_s: float) -> bool:
        """Take or extend the lease for ``ttl_s`` seconds; False if another holds it."""
        now = utc_now()
        database = cls._meta.database
        cursor = database.execute_sql(
            ACQUIRE_SQL.replace("?", database.param),
            (name, owner, moment_text(now + timedelta(seconds=ttl_s)), moment_text(now)),
        )
        is_taken: bool = database.rows_affected(cursor) == 1
        return is_taken

    @classmethod
    def release(cls, name: str, owner: str) -> None:
        """Give the lease back, if ``owner`` still holds it."""
        cls.delete().where(cls.name == name, cls.owner == owner).execute()

    @classmethod
    def is_held(cls, name: str) -> bool:
        """Tell whether anybody holds the lease now."""
        held: bool = cls.select().where(cls.name == name, cls.expires_at >= utc_now()).exists()
        return held

    @classmethod
    def held_among(cls, names: Iterable[str]) -> set[str]:
        """Return those of the names whose lease is held now."""
        wanted = set(names)
        if not wanted:
            return wanted
        # Few leases are held at a time: one statement reads all, for any number of names.
        held = cls.select(cls.name).where(cls.expires_at >= utc_now())
        return wanted.intersection(lease.name for lease in held)
