"""Emails about new API keys, endpoints, team members and browsers."""

from __future__ import annotations

from typing import Any

from portal.models import AuditLogEntry, Membership, Merchant, QueuedEmail, Role
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.security_notices import (
    NOTICES,
    notify_of_change,
    notify_of_new_browser,
)
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_endpoint, make_merchant, make_store


def entry(action: AuditAction, actor: Merchant, target: object, store: Any = None) -> AuditLogEntry:
    """Return an entry of the audit log."""
    return AuditLogEntry(action=action, actor=actor, store=store, target=f"x {target}")


def queued() -> list[tuple[str, int]]:
    """Return the templates and accounts of the emails that wait."""
    return [(row.kind, row.merchant_id) for row in QueuedEmail.select().order_by(QueuedEmail.id)]


def test_account_of_a_key_or_endpoint_is_notified_and_no_operator(runtime: Runtime) -> None:
    merchant = make_merchant()
    operator = make_merchant(email="admin@example.com", operator_role=OperatorRole.ADMIN)
    own, market = create_key(merchant, "ERP", KeyScope), add_key(make_channel(), "Market", KeyScope)
    assert own is not None
    assert market is not None
    endpoint = make_endpoint(merchant, runtime.sealer)

    notify_of_change(runtime, entry(AuditAction.API_KEY_CREATED, merchant, own.key.prefix))
    notify_of_change(runtime, entry(AuditAction.API_KEY_ROTATED, merchant, own.key.prefix))
    notify_of_change(runtime, entry(AuditAction.API_KEY_CREATED, operator, market.key.prefix))
    notify_of_change(runtime, entry(AuditAction.API_KEY_CREATED, operator, "gone"))
    notify_of_change(runtime, entry(AuditAction.ENDPOINT_CREATED, operator, endpoint.id))

    assert queued() == [
        ("notice_api_key_created", merchant.id),
        ("notice_endpoint_created", merchant.id),
    ]


def test_owner_is_notified_of_a_new_member(runtime: Runtime) -> None:
    owner, member = make_merchant(), make_merchant(email="bob@example.com")
    store = make_store(owner)
    Membership.create(merchant=member, store=store, role=Role.MANAGER)
    abandoned = make_store(id=2004)

    notify_of_change(runtime, entry(AuditAction.MEMBER_JOINED, member, 7, store))
    notify_of_change(runtime, entry(AuditAction.MEMBER_JOINED, member, 8, abandoned))

    assert queued() == [("notice_member_joined", owner.id)]


def test_number_of_notices_of_a_kind_is_limited(runtime: Runtime) -> None:
    merchant = make_merchant()

    for _ in range(NOTICES + 2):
        notify_of_new_browser(runtime, merchant, browser="Firefox", ip_address="203.0.113.7")
    endpoint = make_endpoint(merchant, runtime.sealer)
    notify_of_change(runtime, entry(AuditAction.ENDPOINT_CREATED, merchant, endpoint.id))

    names = [name for name, _merchant in queued()]
    assert names == ["notice_new_browser"] * NOTICES + ["notice_endpoint_created"]
