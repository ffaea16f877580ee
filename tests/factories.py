"""Factories of rows and payloads; a test passes only the values that matter to it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from secrets import token_hex
from typing import Any

from portal.models import (
    Channel,
    ChannelConsent,
    ChannelSelection,
    Delivery,
    Grant,
    Issue,
    Membership,
    Merchant,
    Notification,
    NotificationTrigger,
    OutboundEvent,
    Passkey,
    RecoveryCode,
    SecondFactor,
    Store,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope
from portal.rules.channels.channel_states import ChannelKind
from portal.rules.connection.issue_kinds import ISSUE_SEVERITIES, IssueKind, silent_webhooks_texts
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.issues.counted_issues import COUNTED_ISSUES
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS
from portal.sealing import Sealer
from portal.services.link_tokens import token_digest

UPDATED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_merchant(**changes: Any) -> Merchant:
    """Save a merchant; operators have a second factor because they can't work without one."""
    values = {"email": "ada@example.com", "password_hash": "x", "verified_at": utc_now()}
    merchant = Merchant.create(**values | changes)
    if merchant.is_operator:
        make_factor(merchant)
    return merchant


def make_factor(merchant: Merchant) -> None:
    """Turn a second factor on, with an app that nobody has; `make_recovery_code` makes codes."""
    SecondFactor.get_or_create(
        merchant=merchant, defaults={"sealed_secret": "", "confirmed_at": utc_now()}
    )


def make_passkey(merchant: Merchant) -> Passkey:
    """Save a passkey that no device has; `tests.passkeys` makes devices."""
    return Passkey.create(
        merchant=merchant,
        name="Phone",
        credential_id=token_hex(16),
        public_key="",
        user_handle=token_hex(16),
    )


def make_recovery_code(merchant: Merchant) -> str:
    """Return a new recovery code of a merchant with a second factor."""
    code = token_hex(10)
    RecoveryCode.create(merchant=merchant, code_digest=token_digest(code))
    return code


def make_store(owner: Merchant | None = None, **changes: Any) -> Store:
    """Save a connected store, owned by ``owner`` if one is given."""
    values = {"id": 1003, "name": "Clay & Co", "url": "https://clay.example", "currency": "EUR"}
    store = Store.create(**values | changes)
    if owner is not None:
        Membership.create(merchant=owner, store=store)
    return store


def make_grant(store: Store, sealer: Sealer, token: str = "secret_token", **changes: Any) -> Grant:
    """Save a valid grant with all required scopes."""
    values = {
        "store": store,
        "sealed_access_token": sealer.seal(token, "grant.sealed_access_token", store.id),
        "scopes": list(REQUIRED_NAMES),
    }
    return Grant.create(**values | changes)


def make_issue(store: Store, **changes: Any) -> Issue:
    """Save an open issue of silent webhooks."""
    texts = silent_webhooks_texts("api")
    values = {
        "store": store,
        "kind": IssueKind.WEBHOOKS_SILENT,
        "severity": ISSUE_SEVERITIES[changes.get("kind", IssueKind.WEBHOOKS_SILENT)],
        "cause": texts.cause,
        "impact": texts.impact,
        "next_action": texts.next_action,
    }
    return Issue.create(**values | changes)


def make_counted_issue(store: Store, **changes: Any) -> Issue:
    """Save an open issue of two rejected orders."""
    kind = changes.get("kind", IssueKind.ORDERS_REJECTED)
    texts = COUNTED_ISSUES[kind]
    values = {
        "kind": kind,
        "action": texts.action,
        "cause": texts.cause,
        "impact": texts.impact,
        "next_action": texts.next_action,
        "count": 2,
        "newest_at": UPDATED_AT,
        "detail": {
            "since": UPDATED_AT.isoformat(),
            "examples": ["8", "7"],
            "causes": {"not_sent": 2},
        },
    }
    return make_issue(store, **values | changes)


def make_notification(reader: Merchant, issue: Issue, **changes: Any) -> Notification:
    """Save a pending notification of an opened issue, in its own digest."""
    values = {"merchant": reader, "issue": issue, "trigger": NotificationTrigger.OPENED}
    made = Notification.create(**values | changes)
    Notification.update(digest_id=made.id).where(Notification.id == made.id).execute()
    return Notification.get_by_id(made.id)


SECRET = "whsec_c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIzNDU2Nzg5YWI="


def make_channel(**changes: Any) -> Channel:
    """Save an active channel of the operator."""
    values = {
        "name": "Sports Market",
        "contact_email": "api@sports.example",
        "requested_scopes": [KeyScope.READ_CATALOG, KeyScope.WRITE_ORDERS],
    }
    return Channel.create(**values | changes)


def make_selection(store: Store, **changes: Any) -> ChannelSelection:
    """Create a product selection of a consent to a channel, by default to a new one."""
    channel = changes.pop("channel", None) or make_channel()
    consent = ChannelConsent.create(channel=channel, store=store)
    values = {"consent": consent, "store": store} | changes
    return ChannelSelection.create(**values)


def make_own_channel(merchant: Merchant) -> Channel:
    """Save a merchant's own channel, with the consents of all their stores."""
    channel, _ = Channel.get_or_create(
        merchant=merchant, defaults={"name": "", "kind": ChannelKind.OWN}
    )
    for membership in Membership.select().where(Membership.merchant == merchant):
        ChannelConsent.get_or_create(
            channel=channel, store=membership.store_id, defaults={"scopes": list(STORE_SCOPES)}
        )
    return channel


def make_endpoint(merchant: Merchant, sealer: Sealer, **changes: Any) -> WebhookEndpoint:
    """Save an enabled endpoint for all present stores of a merchant and all event types."""
    channel = make_own_channel(merchant)
    values = {
        "merchant": merchant,
        "channel": channel,
        "stores_chosen_at": None if changes.get("store") else utc_now(),
        "name": "Warehouse",
        "url": "http://127.0.0.1:9/hooks",
        "event_types": list(SUBSCRIBABLE_EVENTS),
    }
    return _sealed(WebhookEndpoint.create(**values | {"sealed_secret": ""} | changes), sealer)


def make_channel_endpoint(channel: Channel, sealer: Sealer, **changes: Any) -> WebhookEndpoint:
    """Save an enabled endpoint of a channel, for no event types."""
    values = {
        "channel": channel,
        "name": "Market",
        "url": "http://127.0.0.1:9/hooks",
    }
    return _sealed(WebhookEndpoint.create(**values | {"sealed_secret": ""} | changes), sealer)


def _sealed(endpoint: WebhookEndpoint, sealer: Sealer) -> WebhookEndpoint:
    if not endpoint.sealed_secret:
        column = "webhook_endpoint.sealed_secret"
        endpoint.sealed_secret = sealer.seal(SECRET, column, endpoint.id)
        endpoint.save()
    return endpoint


def make_delivery(endpoint: WebhookEndpoint, store: Store | None, **changes: Any) -> Delivery:
    """Save a pending delivery of a ``product.updated`` event of product 5."""
    event = OutboundEvent.create(
        type="product.updated",
        store=store,
        record_id=5,
        detail={"updated_at": "2026-03-01T12:00:00.000Z"},
    )
    return Delivery.create(**{"event": event, "endpoint": endpoint} | changes)


def make_event(**changes: Any) -> WebhookEvent:
    """Save a pending ``product.updated`` event of product 5."""
    values = {
        "event_id": "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
        "store_id": 1003,
        "type": "product.updated",
        "entity_id": "5",
        "event_created_at": UPDATED_AT,
        "payload": {},
    }
    return WebhookEvent.create(**values | changes)


def product_payload(**changes: Any) -> dict[str, Any]:
    """Return a product as Ecwid sends it."""
    values: dict[str, Any] = {
        "id": 5,
        "sku": "MUG-1",
        "name": "Stoneware mug",
        "price": Decimal("24.90"),
        "quantity": 7,
        "unlimited": False,
        "inStock": True,
        "enabled": True,
        "url": "https://clay.example/mug",
        "created": "2025-01-01 00:00:00 +0000",
        "updated": "2026-03-01 12:00:00 +0000",
        "createTimestamp": 1735689600,
        "updateTimestamp": int(UPDATED_AT.timestamp()),
        "categoryIds": [7],
        "combinations": [],
    }
    return values | changes


def product_with_variation(product_id: int, changed_at: datetime, **changes: Any) -> dict[str, Any]:
    """Return a product, last changed at this time, whose variation has ten times its ID."""
    values = {
        "id": product_id,
        "updateTimestamp": int(changed_at.timestamp()),
        "combinations": [{"id": 10 * product_id, "combinationNumber": 1, "options": []}],
    }
    return product_payload(**values | changes)


def product_row(**changes: Any) -> dict[str, Any]:
    """Return a row for `Product.upsert`."""
    values: dict[str, Any] = {
        "store": 1003,
        "remote_id": 5,
        "name": "Stoneware mug",
        "price": Decimal("24.90"),
        "raw": {},
        "remote_updated_at": UPDATED_AT,
        "synced_at": UPDATED_AT,
        "deleted_at": None,
    }
    return values | changes


def category_payload(**changes: Any) -> dict[str, Any]:
    """Return a category as Ecwid sends it."""
    values = {"id": 7, "parentId": 3, "name": "Mugs", "enabled": True, "productCount": 12}
    return values | changes


def profile_payload(**changes: Any) -> dict[str, Any]:
    """Return the profile of a store on the Business plan; ``account`` replaces parts of it."""
    account = {
        "accountName": "Ada Clay",
        "availableFeatures": ["API", "COMBINATIONS", "CUSTOMER_GROUPS", "DISCOUNT_COUPONS"],
        "paid": True,
        "suspended": False,
    }
    values: dict[str, Any] = {
        "generalInfo": {"storeId": 1003, "storeUrl": "https://clay.example"},
        "settings": {"storeName": "Clay & Co"},
        "formatsAndUnits": {"currency": "EUR", "timezone": "Europe/Vilnius"},
        "accountBilling": {"pricingPlanName": "Business"},
    }
    return values | changes | {"account": account | changes.get("account", {})}


def order_payload(**changes: Any) -> dict[str, Any]:
    """Return an order as Ecwid sends it."""
    values: dict[str, Any] = {
        "id": "EBJFT",
        "internalId": 90,
        "orderNumber": 90,
        "email": "Ada@Shopper.example",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "SHIPPED",
        "subtotal": Decimal("49.80"),
        "total": Decimal("49.72"),
        "tax": Decimal("7.94"),
        "couponDiscount": Decimal("4.98"),
        "discount": 0,
        "refundedAmount": 0,
        "customerId": 12,
        "billingPerson": {"name": "Ada Adler", "countryCode": "DE"},
        "shippingPerson": {"name": "Bea Bakker"},
        "shippingOption": {"shippingMethodName": "Standard", "shippingRate": Decimal("4.90")},
        "discountCoupon": {"code": "WELCOME-10", "discountType": "PERCENT"},
        "externalOrderId": "ours-1",
        "refererId": "77",
        "trackingNumber": "RX1",
        "createDate": "2026-02-28 10:00:00 +0000",
        "updateDate": "2026-03-01 12:00:00 +0000",
        "createTimestamp": 1772272800,
        "updateTimestamp": int(UPDATED_AT.timestamp()),
        "items": [
            {
                "id": 901,
                "productId": 5,
                "combinationId": 51,
                "sku": "MUG-1-L",
                "name": "Stoneware mug",
                "quantity": 2,
                "price": Decimal("24.90"),
                "couponAmount": Decimal("4.98"),
            }
        ],
    }
    return values | changes


def customer_payload(**changes: Any) -> dict[str, Any]:
    """Return a customer as Ecwid sends it."""
    values: dict[str, Any] = {
        "id": 12,
        "email": "Ada@Shopper.example",
        "name": "Ada Adler",
        "registered": "2024-01-05 08:00:00 +0000",
        "updated": "2026-03-01 14:00:00 +0200",
        "customerGroupId": 0,
        "customerGroupName": "General",
        "totalOrderCount": 3,
        "acceptMarketing": True,
        "billingPerson": {"name": "Ada Adler", "phone": "+49 30 5551", "countryCode": "DE"},
        "stats": {"numberOfOrders": 3, "salesValue": Decimal("149.72")},
    }
    return values | changes


def coupon_payload(**changes: Any) -> dict[str, Any]:
    """Return a coupon as Ecwid sends it."""
    values: dict[str, Any] = {
        "id": 33,
        "name": "Welcome",
        "code": "WELCOME-10",
        "discountType": "PERCENT",
        "status": "ACTIVE",
        "discount": 10,
        "launchDate": "2026-01-01 00:00:00 +0000",
        "expirationDate": "2026-12-31 23:00:00 -0100",
        "totalLimit": Decimal("25.00"),
        "usesLimit": "ONCEPERCUSTOMER",
        "applicationLimit": "UNLIMITED",
        "orderCount": 4,
        "catalogLimit": {"products": [5], "categories": [7]},
        "creationDate": "2025-12-01 00:00:00 +0000",
        "updateDate": "2026-03-01 12:00:00 +0000",
    }
    return values | changes


def with_decimals(value: Any) -> Any:
    """Return JSON as the Ecwid client decodes it: numbers with a fraction are Decimals."""
    if isinstance(value, dict):
        return {name: with_decimals(each) for name, each in value.items()}
    if isinstance(value, list):
        return [with_decimals(each) for each in value]
    return Decimal(str(value)) if isinstance(value, float) else value
