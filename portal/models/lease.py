"""Leases that let only one worker of all hosts do a piece of work at a time."""

from __future__ import annotations

from datetime import timedelta

from peewee import CharField, ModelSelect, fn

from portal.models.base import Table, utc_now
from portal.models.fields import UtcDateTimeField, moment_text

# Prebuilt SQL, because every page renews its lease and building it took longer than running it.
ACQUIRE_SQL = """INSERT INTO lease (name, owner, expires_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET owner = EXCLUDED.owner, expires_at = EXCLUDED.expires_at
WHERE lease.owner = EXCLUDED.owner OR lease.expires_at < ?"""
RELEASE_SQL = "DELETE FROM lease WHERE name = ? AND owner = ?"


class Lease(Table):
    """Right to do some named work; it expires if its owner dies.

    A row instead of a lock in Redis, because Redis may lose its data (promise 1), and because
    acquiring it is one statement on both databases.
    """

    name = CharField(primary_key=True)
    owner = CharField()
    expires_at = UtcDateTimeField()

    @classmethod
    def acquire(cls, name: str, owner: str, ttl_s: float) -> bool:
        """Acquire or extend the lease for ``ttl_s`` seconds; return False if another has it."""
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
        """Release the lease if ``owner`` still has it."""
        database = cls._meta.database
        database.execute_sql(RELEASE_SQL.replace("?", database.param), (name, owner))

    @classmethod
    def is_held(cls, name: str) -> bool:
        """Return whether any owner has the lease now."""
        held: bool = cls.select().where(cls.name == name, cls.expires_at >= utc_now()).exists()
        return held

    @classmethod
    def held_ids(cls, prefix: str) -> ModelSelect[Lease]:
        """Return the query for the ids of the leases held now that are named ``prefix`` and an id.

        A sweep leaves these rows out. Few leases are held at a time.
        """
        held_id = fn.SUBSTR(cls.name, len(prefix) + 1).cast("bigint")
        return cls.select(held_id).where(cls.expires_at >= utc_now(), cls.name.startswith(prefix))
