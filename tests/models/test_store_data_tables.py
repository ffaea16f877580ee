"""Each table with a store id is either erased with the store's data or kept for a reason."""

from __future__ import annotations

from portal.models import TABLES
from portal.models.store_data_tables import copy_tables

# docs/decisions/disconnecting.md has the reason of each.
OUTLIVES_THE_COPY = {
    "Alert",
    "ApiKey",
    "BulkActionItem",
    "AuditLogEntry",
    "ChannelConsent",
    "ChannelSelection",
    "WebhookEndpoint",
    "Onboarding",
    "StoreDataErasure",
    "RejectedWebhookCount",
    "SecurityEvent",
    "SuppressionEntry",
    "Grant",
    "Issue",
    "Membership",
    "Notification",
    "NotificationPreference",
    "OrderSubmission",
    "OrderUpdate",
    "ParkedGrant",
    "PrivacyRequest",
    "CatchUp",
    "StoreInvitation",
    "StoreSummary",
    "TimelineEntry",
}


def test_every_table_with_a_store_id_is_erased_or_listed_as_kept() -> None:
    of_stores = {table.__name__ for table in TABLES if "store_id" in table._meta.columns}
    erased = {table.__name__ for table in copy_tables()}

    assert not erased & OUTLIVES_THE_COPY
    assert of_stores <= erased | OUTLIVES_THE_COPY
