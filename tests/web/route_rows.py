"""Rows of a small but complete store, by the URL variables that name them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertMedium,
    AlertMessage,
    AlertPurpose,
    BulkAction,
    BulkActionEmail,
    BulkActionItem,
    ChannelConsent,
    EndpointAlert,
    EventReplay,
    ExportState,
    Membership,
    Merchant,
    NotificationState,
    OrderSubmission,
    OrderUpdate,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Product,
    Quarantine,
    RecordExport,
    Resource,
    Role,
    RunKind,
    Store,
    SyncRun,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.invitations import invite
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key
from portal.services.connection.channel_links import LinkRequest, create_channel_link
from portal.services.connection.connect_links import create_link
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS
from portal.services.orders.order_drafts import keep_draft
from portal.services.retention.export_files import export_path
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_channel,
    make_channel_endpoint,
    make_counted_issue,
    make_delivery,
    make_endpoint,
    make_event,
    make_grant,
    make_issue,
    make_merchant,
    make_notification,
    make_passkey,
    make_store,
    order_payload,
    product_row,
)

EVENT_ID = "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506"


def make_rows(
    runtime: Runtime, owner: Merchant, staff: Merchant, *, invited: Merchant
) -> dict[str, Any]:
    """Make a store of ``owner`` with a row for each URL variable; return their values by name."""
    colleague = make_merchant(email="colleague@example.com")
    store = make_store(owner)
    Membership.create(merchant=staff, store=store, role=Role.MANAGER)
    make_grant(store, runtime.sealer)
    Product.upsert([product_row()])
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    COUPONS.save(store.id, [coupon_payload()], UPDATED_AT)
    make_event(event_id=EVENT_ID)
    key = create_key(owner, "theirs", KeyScope)
    assert key is not None
    endpoint = make_endpoint(owner, runtime.sealer)
    return {
        "endpoint_id": endpoint.id,
        "alert_id": EndpointAlert.create(
            endpoint=endpoint, percent=100, state=NotificationState.BOUNCED
        ).id,
        "delivery_id": make_delivery(endpoint, store).id,
        "channel_id": _alert_channel(staff, store).id,
        "bulk_action_id": _bulk_action(staff, store).id,
        "key_id": key.key.id,
        "consent_id": ChannelConsent.get(store=store).id,
        "user_id": owner.id,
        "user_action": "lock",
        "secret_kind": "api-key",
        "store_id": store.id,
        "product_id": 5,
        "event_id": EVENT_ID,
        "resource": Resource.PRODUCTS,
        "action": "pause",
        "switch": "on",
        "choice": "exclude",
        "filename": "icon.svg",
        "token": "nonsense",
        "notification_id": make_notification(
            owner, make_issue(store), state=NotificationState.BOUNCED
        ).id,
        "issue_id": make_counted_issue(store).id,
        **_marketplace_rows(runtime),
        "onboarding_id": create_link(owner, "Clay & Co", email="clay@example.com").id,
        "member_id": Membership.create(merchant=colleague, store=store, role=Role.MANAGER).id,
        "invitation_id": invite(store, owner, invited.email).invitation.id,
        "session_id": open_browser_session(owner, ip_address="", user_agent="")[0].id,
        "passkey_id": make_passkey(owner).id,
        "draft_id": keep_draft(runtime, store.id, owner.id, [("line-0-product", "5")]),
        "file_id": _export(runtime, store).id,
        "export_id": _export(runtime, store, consent=ChannelConsent.get(store=store)).id,
        **_keys_of(store),
    }


def _marketplace_rows(runtime: Runtime) -> dict[str, int]:
    """Make a channel of the marketplace with a key, an endpoint and a connect link."""
    channel = make_channel()
    made = add_key(channel, "Market key", KeyScope)
    assert made is not None
    return {
        "marketplace_id": channel.id,
        "program_key_id": made.key.id,
        "program_endpoint_id": make_channel_endpoint(channel, runtime.sealer).id,
        "link_id": create_channel_link(channel, LinkRequest("shop-7")).id,
    }


def _export(
    runtime: Runtime, store: Store, *, consent: ChannelConsent | None = None
) -> RecordExport:
    """Make a finished export with its file."""
    export = RecordExport.create(
        store=store,
        consent=consent,
        name="products",
        format="csv",
        formula_guard="standard",
        state=ExportState.DONE,
        expires_at=utc_now() + timedelta(days=1),
    )
    path = export_path(runtime.settings, export)
    path.parent.mkdir(exist_ok=True)
    path.write_text("id\n5\n")
    return export


def _keys_of(store: Store) -> dict[str, int]:
    export = PrivacyRequest.create(
        store=store,
        kind=PrivacyRequestKind.ACCESS,
        state=PrivacyRequestState.DONE,
        document="{}",
        expires_at=utc_now() + timedelta(days=1),
    )
    entry = Quarantine.create(
        store=store, resource=Resource.PRODUCTS, entity_id="6", payload={}, reason="x"
    )
    return {
        "run_id": SyncRun.create(store=store, resource="products", kind=RunKind.INCREMENTAL).id,
        "replay_id": EventReplay.create(store=store, event_filter={}, upto_id=0, expected=0).id,
        "request_id": export.id,
        "entry_id": entry.id,
        "category_id": 7,
        "variation_id": 1,
        "submission_id": OrderSubmission.create(
            store=store, sender="merchant 1", idempotency_key="1", fingerprint="1", reference="1"
        ).id,
        "update_id": OrderUpdate.create(
            store=store,
            order_id=90,
            order_number="EBJFT",
            sender="merchant 1",
            changes={"fulfillment_status": "DELIVERED"},
            expected={"fulfillment_status": "SHIPPED"},
        ).id,
        "decision": "drop",
        "name": "products",
        "extension": "csv",
        "order_id": 90,
        "customer_id": 12,
        "coupon_id": 33,
    }


def _alert_channel(recipient: Merchant, store: Store) -> AlertChannel:
    """Make a channel that has been notified of an alert about the store."""
    Alert.create(kind="token_dead", subject=f"store {store.id}", store=store, severity="critical")
    channel = AlertChannel.create(name="On call", medium=AlertMedium.MAIL)
    message = AlertMessage.create(channel=channel, purpose=AlertPurpose.OPENED)
    AlertDelivery.create(message=message, recipient=recipient, state=NotificationState.SENT)
    return channel


def _bulk_action(requester: Merchant, store: Store) -> BulkAction:
    """Make a running action whose only store was skipped, with an e-mail."""
    written = {"kind": "notify", "subject": "New fees", "message": "From May on."}
    action = BulkAction.create(total=1, skipped=1, requested_by=requester, **written)
    BulkActionEmail.create(bulk_action=action, merchant=requester, state="failed")
    BulkActionItem.create(bulk_action=action, store=store, state="skipped", reason="store_stopped")
    return action
