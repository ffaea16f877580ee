"""Hold what people have chosen about the mails that they get."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import JsonField
from portal.models.merchant import Merchant


class NotificationPreference(Table):
    """Keep one person's choice; who has no row has chosen nothing.

    Quiet hours last from one full hour to another, by the clock of ``timezone``; an empty one
    means the store's own. Without hours there are none. ``muted`` lists kinds of issues.
    """

    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    merchant_id: int
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    timezone = CharField(default="")
    muted = JsonField(default=list)
