"""Audit log of what people, API keys and commands changed."""

from __future__ import annotations

from typing import Any

from peewee import SQL, AutoField, CharField, ForeignKeyField

from portal.models.acting import Actor, current_actor, observe_entry
from portal.models.base import Table, utc_now
from portal.models.fields import JsonField, UtcDateTimeField
from portal.models.merchant import Merchant
from portal.models.store import Store
from portal.rules.accounts.audit_actions import AuditAction

# Actor of a request that Ecwid forwards from the store's owner or a customer.
ECWID_ACTOR = "ecwid"
# Actor of an operator's command.
COMMAND_ACTOR = "command line"


class AuditLogEntry(Table):
    """Audit log entry: actor, action, target, and the state before and after.

    ``actor_name`` is ``ecwid``, ``command line``, ``invited person`` or, for example,
    ``merchant 5`` or ``api_key 7``; ``actor`` refers to that merchant, or to the merchant of the
    key. ``store`` is None for an action that concerns no single store. ``target`` is, for example,
    ``customer 12``. ``before`` and ``after`` contain ids and counts, never personal data.
    """

    id = AutoField()
    store = ForeignKeyField(Store, null=True, on_delete="CASCADE", index=False)
    store_id: int | None
    actor_name = CharField()
    actor = ForeignKeyField(Merchant, null=True, on_delete="SET NULL", backref="+", index=False)
    actor_id: int | None
    action = CharField()
    target = CharField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    happened_at = UtcDateTimeField(default=utc_now)

    class Meta:
        indexes = (
            (("store", "id"), False),
            (("actor", "id"), False),
            (("actor_name", "id"), False),
            (("action", "id"), False),
            (("happened_at", "id"), False),
            (("actor", "action", "id"), False),
            (("actor_name", "action", "id"), False),
            (("store", "action", "id"), False),
        )

    @classmethod
    def record(
        cls,
        store_id: int | None,
        action: AuditAction,
        target: str,
        *,
        actor: Merchant | None = None,
        actor_name: str | None = None,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Add an entry for an action just done by ``actor``.

        ``actor_name`` names an API key of ``actor``, or a command. Without both, Ecwid forwarded
        the request.
        """
        by_person = ECWID_ACTOR if actor is None else f"merchant {actor.id}"
        observe_entry(
            cls.create(
                store=store_id,
                actor_name=actor_name or by_person,
                actor=actor,
                action=action,
                target=target,
                before=before,
                after=after,
            )
        )

    @classmethod
    def record_request(
        cls,
        store_id: int | None,
        action: AuditAction,
        target: str,
        *,
        actor: Merchant | None = None,
        before: Any = None,
        after: Any = None,
    ) -> None:
        """Add an entry for an action of ``actor``, or without one of the current actor.

        Does nothing if the portal acts.
        """
        acting = Actor(actor) if actor is not None else current_actor()
        if acting is not None:
            cls.record(
                store_id,
                action,
                target,
                actor=acting.merchant,
                actor_name=acting.name,
                before=before,
                after=after,
            )


# The last view of a store by an operator, which each page of the store looks up for operators.
AuditLogEntry.add_index(
    AuditLogEntry.index(
        AuditLogEntry.actor,
        AuditLogEntry.store,
        AuditLogEntry.happened_at,
        name="audit_log_entry_views",
        where=SQL("action = 'store.viewed'"),
    )
)
# The changes of an account, which its page lists.
AuditLogEntry.add_index(
    AuditLogEntry.index(
        AuditLogEntry.target,
        AuditLogEntry.id,
        name="audit_log_entry_accounts",
        where=SQL("store_id IS NULL"),
    )
)
