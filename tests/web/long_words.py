"""Texts that no page expects: long words, emoji and right-to-left names wherever people type."""

from __future__ import annotations

from portal.models import (
    AlertChannel,
    AlertDelivery,
    ApiKey,
    AuditLogEntry,
    BrowserSession,
    BulkAction,
    Category,
    Channel,
    Coupon,
    Customer,
    DeliveryAttempt,
    Merchant,
    Onboarding,
    Order,
    OrderItem,
    OrderSubmission,
    Passkey,
    Product,
    Quarantine,
    Store,
    StoreInvitation,
    SyncRun,
    Variation,
    WebhookEndpoint,
    WebhookEvent,
)
from portal.models.base import Table

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 6
LONG_TEXT = f"{LONG_WORD} {'🏺👩‍🎨🇩🇪' * 12} חנות הקרמיקה של דנה"
LONG_URL = f"https://{LONG_WORD.lower()}.example/{LONG_WORD}"
LONG_EMAIL = f"{LONG_WORD.lower()}@example.com"
# Columns with texts of people and of other servers; none of them is unique.
COLUMNS: dict[type[Table], tuple[str, ...]] = {
    AlertChannel: ("name",),
    AlertDelivery: ("error",),
    ApiKey: ("name",),
    AuditLogEntry: ("actor_name", "target"),
    BrowserSession: ("user_agent",),
    BulkAction: ("subject", "message"),
    Category: ("name",),
    Channel: ("name",),
    Coupon: ("code", "name"),
    Customer: ("name", "phone", "group_name", "email_as_given"),
    DeliveryAttempt: ("response_body",),
    Onboarding: ("invitee", "note"),
    Order: ("number", "email", "buyer_name", "coupon_code", "external_id", "tracking_number"),
    OrderItem: ("name", "sku"),
    OrderSubmission: ("order_number", "error"),
    Passkey: ("name",),
    Product: ("name", "sku"),
    Quarantine: ("reason",),
    Store: ("name", "plan_name"),
    SyncRun: ("error",),
    Variation: ("sku",),
    WebhookEndpoint: ("name",),
    WebhookEvent: ("entity_id",),
}
URLS: dict[type[Table], tuple[str, ...]] = {Store: ("url",), WebhookEndpoint: ("url",)}


def write_long_words(words: str = LONG_TEXT) -> None:
    """Write a text into the columns of all rows, and long addresses, also those of all people."""
    for columns, text in ((COLUMNS, words), (URLS, LONG_URL)):
        for table, names in columns.items():
            table.update(dict.fromkeys(names, text)).execute()
    for table in (Merchant, StoreInvitation):
        for row in table.select():
            table.update(email=f"{row.id}.{LONG_EMAIL}").where(table.id == row.id).execute()
