"""Reminders of connect links that were not finished, until somebody stops them."""

from __future__ import annotations

from datetime import datetime

from peewee import Expression, Value, fn

from portal.models import ConnectLinkEmail, Merchant, NotificationState, Onboarding, utc_now
from portal.models.base import database
from portal.models.fields import moment_text
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.reminder_times import (
    MIN_EMAIL_INTERVAL,
    MIN_IDLE_TIME,
    REMINDERS,
    Reminder,
    is_reminder_time,
)
from portal.services.connection.connect_links import audit_link
from portal.services.runtime import Runtime

# Actor in the audit log of a person who stops reminders by the link in an email.
INVITEE_ACTOR = "invited person"


def queue_reminders(_runtime: Runtime) -> int:
    """Create the emails of all reminders that are due now; return how many."""
    return queue_reminders_at(utc_now())


def queue_reminders_at(now: datetime) -> int:
    """Create the emails of all reminders that are due at ``now``; return how many."""
    if not is_reminder_time(now):
        return 0
    return sum(_queue(reminder, now) for reminder in REMINDERS)


def _queue(reminder: Reminder, now: datetime) -> int:
    moment = Value(moment_text(now))
    # Anybody with a key can make many links with one address, which gets one e-mail all the same.
    due = (
        Onboarding.select(
            fn.MAX(Onboarding.id),
            Value(reminder.kind),
            Value(NotificationState.WAITING),
            Value(0),
            moment,
            moment,
        )
        .where(_is_due(reminder, now))
        .group_by(Onboarding.email)
    )
    fields = (
        ConnectLinkEmail.onboarding,
        ConnectLinkEmail.kind,
        ConnectLinkEmail.state,
        ConnectLinkEmail.attempts,
        ConnectLinkEmail.created_at,
        ConnectLinkEmail.due_at,
    )
    queued: int = (
        ConnectLinkEmail.insert_from(due, fields).on_conflict_ignore().as_rowcount().execute()
    )
    return queued


def _is_due(reminder: Reminder, now: datetime) -> Expression:
    """Return the condition of the links whose merchant may get this reminder.

    An address that got an e-mail about any link just now gets no other one.
    """
    email, link, same = ConnectLinkEmail, Onboarding, Onboarding.alias()
    began_at = fn.COALESCE(link.renewed_at, link.started_at)
    sent = email.select().where(email.onboarding == link.id, email.kind == reminder.kind)
    recent = (
        email.select()
        .join(same, on=email.onboarding == same.id)
        .where(
            same.email == link.email, same.email != "", email.created_at > now - MIN_EMAIL_INTERVAL
        )
    )
    is_open = link.merchant.is_null(is_null=False) | (link.expires_at > now)
    condition: Expression = (
        (link.email != "")
        & link.finished_at.is_null()
        & link.withdrawn_at.is_null()
        & link.reminders_stopped_at.is_null()
        & (began_at <= moment_text(now - reminder.after))
        & (began_at > moment_text(now - reminder.before))
        & (link.step_changed_at <= now - MIN_IDLE_TIME)
        & is_open
        & ~fn.EXISTS(sent)
        & ~fn.EXISTS(recent)
    )
    return condition


def stop_reminders(onboarding: Onboarding, operator: Merchant | None = None) -> None:
    """Send no more reminders of this link; without an operator, the invited person stops them."""
    with database.atomic():
        stopped = (
            Onboarding.update(reminders_stopped_at=utc_now())
            .where(Onboarding.id == onboarding.id, Onboarding.reminders_stopped_at.is_null())
            .execute()
        )
        if stopped:
            audit_link(
                AuditAction.CONNECT_LINK_REMINDERS_STOPPED, onboarding.id, operator, INVITEE_ACTOR
            )
