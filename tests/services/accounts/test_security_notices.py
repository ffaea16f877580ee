"""Emails about new API keys, endpoints, team members and browsers."""

from __future__ import annotations

import pytest

from portal.models import AuditLogEntry, Membership, Merchant, QueuedEmail, Role
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.security_notices import (
    NOTICES,
    notify_of_change,
    notify_of_new_browser,
)
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store


def entry(
    action: AuditAction, actor: Merchant | None, store_id: int | None = None
) -> AuditLogEntry:
    """Return an entry of the audit log."""
    return AuditLogEntry(action=action, actor=actor, store=store_id, target="x", actor_name="x")


def queued() -> list[tuple[str, int]]:
    """Return the templates and accounts of the emails that wait."""
    return [(row.kind, row.merchant_id) for row in QueuedEmail.select().order_by(QueuedEmail.id)]


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (AuditAction.API_KEY_CREATED, "notice_api_key_created"),
        (AuditAction.ENDPOINT_CREATED, "notice_endpoint_created"),
    ],
)
def test_maker_of_a_key_or_endpoint_is_notified(
    runtime: Runtime, action: AuditAction, name: str
) -> None:
    merchant = make_merchant()

    notify_of_change(runtime, entry(action, merchant))
    notify_of_change(runtime, entry(AuditAction.API_KEY_ROTATED, merchant))
    notify_of_change(runtime, entry(action, None))

    assert queued() == [(name, merchant.id)]


def test_owner_is_notified_of_a_new_member(runtime: Runtime) -> None:
    owner, member = make_merchant(), make_merchant(email="bob@example.com")
    store = make_store(owner)
    Membership.create(merchant=member, store=store, role=Role.STAFF)
    abandoned = make_store(id=2004)

    notify_of_change(runtime, entry(AuditAction.MEMBER_JOINED, member, store.id))
    notify_of_change(runtime, entry(AuditAction.MEMBER_JOINED, member, abandoned.id))

    assert queued() == [("notice_member_joined", owner.id)]


def test_number_of_notices_of_a_kind_is_limited(runtime: Runtime) -> None:
    merchant = make_merchant()

    for _ in range(NOTICES + 2):
        notify_of_new_browser(runtime, merchant, browser="Firefox", ip_address="203.0.113.7")
    notify_of_change(runtime, entry(AuditAction.API_KEY_CREATED, merchant))

    names = [name for name, _merchant in queued()]
    assert names == ["notice_new_browser"] * NOTICES + ["notice_api_key_created"]
