"""Hold who changed or took out what, so that it can be answered for."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CharField, ForeignKeyField

from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store

# Who asks by an event: the store's owner, or a shopper, through Ecwid.
ECWID = "ecwid"


class Audit(Table):
    """Keep one action: by whom, what, to what, and how that was before and after.

    ``actor`` is ``ecwid`` or ``merchant 5``; ``who`` is that merchant. ``target`` is such as
    ``customer 12``. ``before`` and ``after`` hold ids and counts, never a person's data.
    """

    id = AutoField()
    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    actor = CharField()
    who = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+")
    action = CharField()
    target = CharField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    happened_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = ((("store", "id"), False),)

    @classmethod
    def note(
        cls,
        store_id: int,
        action: str,
        target: str,
        *,
        who: Merchant | None = None,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Write down what was just done, by a merchant or, without one, at Ecwid's request."""
        cls.create(
            store=store_id,
            actor=ECWID if who is None else f"merchant {who.id}",
            who=who,
            action=action,
            target=target,
            before=before,
            after=after,
        )
