"""Each table that knows stores belongs to the copy of a store, or outlives it for a reason."""

from __future__ import annotations

from portal.models import TABLES
from portal.models.store_data_tables import copy_tables

# Of each there is a reason in docs/decisions/disconnecting.md.
OUTLIVES_THE_COPY = {
    "ApiKey",
    "AuditLogEntry",
    "WebhookEndpoint",
    "Onboarding",
    "StoreDataErasure",
    "RejectedWebhookCount",
    "SuppressionEntry",
    "Grant",
    "Issue",
    "Membership",
    "Notification",
    "NotificationPreference",
    "OrderSubmission",
    "OrderUpdate",
    "PrivacyRequest",
    "CatchUp",
    "StoreInvitation",
    "TimelineEntry",
}


def test_of_every_table_of_stores_it_is_said_whether_it_is_erased_with_the_copy() -> None:
    of_stores = {table.__name__ for table in TABLES if "store_id" in table._meta.columns}
    erased = {table.__name__ for table in copy_tables()}

    assert not erased & OUTLIVES_THE_COPY
    assert of_stores <= erased | OUTLIVES_THE_COPY
