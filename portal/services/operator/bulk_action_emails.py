"""Emails of bulk actions: one to each merchant, sent by the daemon in time slices.

An email is a row before anything is sent (promise 1), and is sent once (`single_emails`). The rows
of a canceled action that still wait are dropped.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import JOIN, fn

from portal.email import render_email
from portal.jobs import SEND_BULK_ACTION_EMAILS
from portal.mail import RenderedEmail
from portal.models import (
    BulkAction,
    BulkActionEmail,
    BulkActionItem,
    BulkActionItemState,
    BulkActionState,
    Lease,
    Membership,
    Merchant,
    NotificationState,
    Store,
    utc_now,
)
from portal.process import should_stop
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    MAIL_SERVER_DOWN,
    wake_due_emails,
)
from portal.services.notifications.queue_notifications import recipients_of
from portal.services.notifications.single_emails import (
    SingleEmail,
    due_single_emails,
    retry_single_emails,
    send_single_email,
)
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import Claim, claimed

LEASE_PREFIX = "bulk_action_emails:"
TIME_SLICE_S = 5.0
# An agency may have hundreds of stores.
STORES_NAMED = 10


def queue_bulk_action_emails(action: BulkAction, store_id: int) -> list[int]:
    """Add an email for each recipient of the store who has none yet; return their merchant ids."""
    merchant_ids = [merchant.id for merchant in recipients_of(store_id)]
    rows = [{"bulk_action": action, "merchant": merchant_id} for merchant_id in merchant_ids]
    if rows:
        BulkActionEmail.insert_many(rows).on_conflict_ignore().execute()
    return merchant_ids


def count_bulk_action_emails(action: BulkAction) -> Mapping[str, int]:
    """Return the numbers of the action's emails by state, with one statement."""
    counted: Any = (
        BulkActionEmail.select(BulkActionEmail.state, fn.COUNT(1))
        .where(BulkActionEmail.bulk_action == action)
        .group_by(BulkActionEmail.state)
    )
    return dict(counted.tuples())


def retry_bulk_action_emails(runtime: Runtime, email_ids: Sequence[int]) -> int:
    """Send these emails again; return how many. Those of a canceled action are then dropped."""
    rows = retry_single_emails(BulkActionEmail, email_ids)
    runtime.wake_many(SEND_BULK_ACTION_EMAILS, {row.bulk_action_id for row in rows})
    return len(rows)


def wake_due_bulk_action_emails(runtime: Runtime) -> int:
    """Wake the daemon for actions with an email due; return how many."""
    return wake_due_emails(runtime, due_bulk_action_emails)


def due_bulk_action_emails() -> DueWork:
    """Return the bulk actions with a due email that no worker sends."""
    return due_single_emails(
        BulkActionEmail, BulkActionEmail.bulk_action, SEND_BULK_ACTION_EMAILS, LEASE_PREFIX
    )


def send_bulk_action_emails(runtime: Runtime, bulk_action_id: int) -> None:
    """Send an action's due emails for a time slice, and wake the job again.

    Stops as soon as the SMTP server is unavailable.
    """
    is_unfinished = False
    with claimed(f"{LEASE_PREFIX}{bulk_action_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        is_unfinished = _send_for_a_slice(runtime, bulk_action_id, claim)
    if is_unfinished:
        runtime.wake(SEND_BULK_ACTION_EMAILS, bulk_action_id)


def _send_for_a_slice(runtime: Runtime, bulk_action_id: int, claim: Claim) -> bool:
    """Return whether emails may be left to send."""
    ends_s = time.monotonic() + TIME_SLICE_S
    while email := _next_due(bulk_action_id):
        if Lease.is_held(MAIL_SERVER_DOWN):
            return False
        claim.keep()
        _send(runtime, email)
        if time.monotonic() >= ends_s or should_stop():
            return True
    return False


def _next_due(bulk_action_id: int) -> BulkActionEmail | None:
    found: BulkActionEmail | None = (
        BulkActionEmail.select(BulkActionEmail, BulkAction, Merchant)
        .join_from(BulkActionEmail, BulkAction)
        .join_from(BulkActionEmail, Merchant, JOIN.INNER)
        .where(
            BulkActionEmail.bulk_action == bulk_action_id,
            BulkActionEmail.state == NotificationState.WAITING,
            BulkActionEmail.due_at <= utc_now(),
        )
        .order_by(BulkActionEmail.id)
        .first()
    )
    return found


def _send(runtime: Runtime, email: BulkActionEmail) -> None:
    action, merchant = email.bulk_action, email.merchant
    names = _store_names(email)
    is_wanted = action.state != BulkActionState.CANCELED and not merchant.is_locked
    sent = SingleEmail(
        email,
        to=merchant.email,
        name=f"bulk-action.{email.id}.{email.created_at:%Y%m%d%H%M%S%f}",
        render=lambda: render_bulk_action_email(runtime, email, names),
        source={"action": action.id, "merchant": merchant.id},
        is_current=is_wanted and bool(names),
    )
    send_single_email(runtime, sent, utc_now())


def _store_names(email: BulkActionEmail) -> list[str]:
    """Return the names of the action's stores that the merchant is a member of now."""
    mine = (
        Store.select(Store.name)
        .join(BulkActionItem, on=BulkActionItem.store == Store.id)
        .join(Membership, on=Membership.store == Store.id)
        .where(
            BulkActionItem.bulk_action == email.bulk_action_id,
            BulkActionItem.state != BulkActionItemState.SKIPPED,
            Membership.merchant == email.merchant_id,
        )
    )
    return [store.name for store in mine.order_by(Store.name, Store.id)]


def render_bulk_action_email(
    runtime: Runtime, email: BulkActionEmail, store_names: Sequence[str]
) -> RenderedEmail:
    """Return the operator's text between a greeting and a link in the merchant's language."""
    settings, action = runtime.settings, email.bulk_action
    return render_email(
        "operator_message",
        brand=settings.brand,
        locale=email.merchant.locale,
        subject_line=action.subject,
        message=action.message,
        store_names=store_names[:STORES_NAMED],
        more_stores=max(len(store_names) - STORES_NAMED, 0),
        link=settings.portal_url,
        reply_to=settings.support_email,
    )
