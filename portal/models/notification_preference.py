"""Notification preferences of merchants."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import JsonField
from portal.models.merchant import Merchant


class NotificationPreference(Table):
    """Preferences of one person; no row means the defaults.

    Quiet hours last from one full hour to another in ``timezone``, or in the store's time zone if
    it is empty. Without both hours there are no quiet hours. ``muted`` lists kinds of issues.
    """

    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    merchant_id: int
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    timezone = CharField(default="")
    muted = JsonField(default=list)
