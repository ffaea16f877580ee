"""Severities that operators chose for kinds of issues and alerts."""

from __future__ import annotations

from peewee import CharField

from portal.models.base import Table


class AlertSeverity(Table):
    """Severity of one kind of issue or alert; without a row it has the default of the rules."""

    kind = CharField(primary_key=True)
    severity = CharField()

    @classmethod
    def of(cls, kind: str, default: str) -> str:
        """Return the severity of ``kind``, or ``default`` if operators have chosen none."""
        row = cls.get_or_none(cls.kind == kind)
        return default if row is None else str(row.severity)
