"""Bulk actions: an admin acts on all stores that match a filter, or on chosen ones.

The stores are fixed in one statement when the action starts. `advance_bulk_action` does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from peewee import JOIN, Expression, ModelSelect, Value, fn

from portal.errors import BulkActionRefusedError
from portal.jobs import ADVANCE_BULK_ACTION
from portal.models import (
    AuditLogEntry,
    BulkAction,
    BulkActionEmail,
    BulkActionItem,
    BulkActionItemState,
    BulkActionKind,
    BulkActionState,
    Merchant,
    NotificationState,
    Store,
    StoreSummary,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.operator.store_filter import StoreFilter
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

NAMES_SHOWN = 10


SUBJECT_LIMIT = 150
MESSAGE_LIMIT = 5_000


@dataclass(frozen=True)
class MerchantMessage:
    """Plain text of an e-mail to merchants; ``subject`` is one line."""

    subject: str
    text: str


@dataclass(frozen=True)
class StoreSelection:
    """Stores to act on: those of ``store_ids``, or all that match ``store_filter``."""

    store_filter: StoreFilter
    store_ids: Sequence[int] | None = None

    def count(self) -> int:
        """Return how many stores are selected now."""
        count: int = self._query(Store.id).count()
        return count

    def first_stores(self) -> Sequence[Store]:
        """Return the first of the stores, with their names."""
        summaries = self._query(StoreSummary.store, Store.id, Store.name)
        return [row.store for row in summaries.order_by(Store.id).limit(NAMES_SHOWN)]

    def insert_items(self, action: BulkAction) -> int:
        """Insert an item for each store, in one statement; return how many."""
        values = self._query(
            Value(action.id, converter=False),
            Store.id,
            Value(str(BulkActionItemState.WAITING), converter=False),
        ).order_by(Store.id)
        columns = [BulkActionItem.bulk_action, BulkActionItem.store, BulkActionItem.state]
        BulkActionItem.insert_from(values, columns).execute()
        count: int = BulkActionItem.select().where(BulkActionItem.bulk_action == action).count()
        return count

    def _query(self, *columns: object) -> ModelSelect[StoreSummary]:
        query = StoreSummary.select(*columns).join(Store)
        if self.store_ids is None:
            return self.store_filter.apply(query)
        return query.where(Store.id.in_(list(self.store_ids)))


def start_bulk_action(
    runtime: Runtime,
    kind: BulkActionKind,
    selection: StoreSelection,
    actor: Merchant,
    *,
    expected: int,
    message: MerchantMessage | None = None,
) -> BulkAction:
    """Start the action on the selected stores; return it.

    ``message`` is the e-mail of `BulkActionKind.NOTIFY`, which needs one.

    Raises BulkActionRefusedError unless there are ``expected`` stores, as the person has confirmed.
    """
    arguments = None if selection.store_ids is not None else selection.store_filter.arguments
    with database.atomic():
        action: BulkAction = BulkAction.create(
            kind=kind,
            store_filter=arguments,
            requested_by=actor,
            subject=message and message.subject,
            message=message and message.text,
        )
        total = selection.insert_items(action)
        if not total or total != expected:
            raise BulkActionRefusedError(expected, total)
        BulkAction.update(total=total).where(BulkAction.id == action.id).execute()
        AuditLogEntry.record(
            None,
            AuditAction.BULK_ACTION_STARTED,
            f"bulk_action {action.id}",
            actor=actor,
            after={"action": kind, "stores": total},
        )
    action.total = total
    runtime.wake(ADVANCE_BULK_ACTION, action.id, at_front=True)
    log.info("bulk_action.requested", action=action.id, kind=kind, stores=total, by=actor.id)
    return action


def cancel_bulk_action(action: BulkAction, actor: Merchant) -> bool:
    """Stop the action after its current store; return False if it has ended already.

    E-mails of the action that still wait are not sent.
    """
    with database.atomic():
        canceled = (
            BulkAction.update(
                state=BulkActionState.CANCELED, canceled_by=actor, finished_at=utc_now()
            )
            .where(BulkAction.id == action.id, is_unfinished())
            .execute()
        )
        if not canceled:
            return False
        AuditLogEntry.record(
            None, AuditAction.BULK_ACTION_CANCELED, f"bulk_action {action.id}", actor=actor
        )
    log.info("bulk_action.canceled", action=action.id, by=actor.id)
    return True


def is_unfinished() -> Expression:
    """Return the condition of actions that still act on stores, or whose e-mails still wait."""
    waiting = BulkActionEmail.select(1).where(
        BulkActionEmail.bulk_action == BulkAction.id,
        BulkActionEmail.state == NotificationState.WAITING,
    )
    is_running: Expression = BulkAction.state == BulkActionState.RUNNING
    return is_running | ((BulkAction.state == BulkActionState.DONE) & fn.EXISTS(waiting))


def find_bulk_action(bulk_action_id: int) -> BulkAction | None:
    """Return the action with the people who requested and canceled it, else None."""
    found: BulkAction | None = _with_people().where(BulkAction.id == bulk_action_id).first()
    return found


def list_bulk_actions(
    *, after: int | None = None, before: int | None = None
) -> KeyPage[BulkAction]:
    """Return a page of all actions with their people, newest first."""
    return page_by_key(_with_people(), BulkAction.id, after=after, before=before)


def list_explained_items(
    action: BulkAction, *, after: int | None = None, before: int | None = None
) -> KeyPage[BulkActionItem]:
    """Return a page of the stores whose result has a reason, the latest first."""
    explained = (
        BulkActionItem.select(BulkActionItem, Store.id, Store.name)
        .join(Store)
        .where(BulkActionItem.bulk_action == action, BulkActionItem.reason.is_null(is_null=False))
    )
    return page_by_key(explained, BulkActionItem.id, after=after, before=before)


def _with_people() -> ModelSelect[BulkAction]:
    requested_by, canceled_by = Merchant.alias(), Merchant.alias()
    return (
        BulkAction.select(BulkAction, requested_by, canceled_by)
        .join(
            requested_by,
            JOIN.LEFT_OUTER,
            on=(BulkAction.requested_by == requested_by.id),
            attr="requested_by",
        )
        .switch(BulkAction)
        .join(
            canceled_by,
            JOIN.LEFT_OUTER,
            on=(BulkAction.canceled_by == canceled_by.id),
            attr="canceled_by",
        )
    )
