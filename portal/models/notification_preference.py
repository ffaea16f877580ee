"""Notification preferences of merchants."""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField

from portal.models.base import Table
from portal.models.fields import JsonField
from portal.models.merchant import Merchant


class NotificationPreference(Table):
    """Preferences of one person; no row means the defaults.

    Quiet hours last from one full hour to another in the person's time zone, or in the store's if
    they have chosen none. Without both hours there are no quiet hours. ``muted`` lists kinds of
    issues.
    """

    merchant = ForeignKeyField(Merchant, primary_key=True, on_delete="CASCADE")
    merchant_id: int
    quiet_from = IntegerField(null=True)
    quiet_until = IntegerField(null=True)
    muted = JsonField(default=list)
