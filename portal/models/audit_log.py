"""Audit log of what people, API keys and commands changed."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store

# Actor of a request that Ecwid forwards from the store's owner or a customer.
ECWID_ACTOR = "ecwid"
# Actor of an operator's command.
COMMAND_ACTOR = "command line"


class AuditLogEntry(Table):
    """Audit log entry: actor, action, target, and the state before and after.

    ``actor_name`` is ``ecwid``, ``command line`` or, for example, ``merchant 5`` or ``api_key 7``;
    ``actor`` refers to that merchant. ``store`` is None for an action that concerns no single
    store. ``target`` is, for example, ``customer 12``. ``before`` and ``after`` contain ids and
    counts, never personal data.
    """

    id = AutoField()
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    store_id: int | None
    actor_name = CharField()
    actor = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    action = CharField()
    target = CharField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    happened_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("store", "id"), False),)

    @classmethod
    def record(
        cls,
        store_id: int | None,
        action: str,
        target: str,
        *,
        actor: Merchant | None = None,
        actor_name: str = ECWID_ACTOR,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Add an entry for an action just done by ``actor``, or else by ``actor_name``."""
        cls.create(
            store=store_id,
            actor_name=actor_name if actor is None else f"merchant {actor.id}",
            actor=actor,
            action=action,
            target=target,
            before=before,
            after=after,
        )
