"""Hold who changed or took out what, so that it can be answered for."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store

# Who asks by an event: the store's owner, or a shopper, through Ecwid.
ECWID_ACTOR = "ecwid"


class AuditLogEntry(Table):
    """Keep one action: by whom, what, to what, and how that was before and after.

    ``actor_name`` is ``ecwid`` or ``merchant 5``; ``actor`` is that merchant. ``target`` is such as
    ``customer 12``. ``before`` and ``after`` hold ids and counts, never a person's data.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
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
        store_id: int,
        action: str,
        target: str,
        *,
        actor: Merchant | None = None,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Write down what was just done, by a merchant or, without one, at Ecwid's request."""
        cls.create(
            store=store_id,
            actor_name=ECWID_ACTOR if actor is None else f"merchant {actor.id}",
            actor=actor,
            action=action,
            target=target,
            before=before,
            after=after,
        )
