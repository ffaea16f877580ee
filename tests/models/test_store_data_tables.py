"""Each table that knows stores belongs to the copy of a store, or outlives it for a reason."""

from __future__ import annotations

from portal.models import TABLES
from portal.models.store_data_tables import COPY_TABLES

# Of each there is a reason in docs/decisions/disconnecting.md.
OUTLIVES_THE_COPY = {
    "ApiKey",
    "Audit",
    "ChannelEndpoint",
    "ConnectJourney",
    "CopyErasure",
    "DeliveryCount",
    "ErasedPerson",
    "Grant",
    "Issue",
    "Membership",
    "Notification",
    "NotificationChoice",
    "OrderSubmission",
    "OrderUpdate",
    "PersonalDataRequest",
    "ReadingGap",
    "StoreInvitation",
    "Timeline",
}


def test_of_every_table_of_stores_it_is_said_whether_it_is_erased_with_the_copy() -> None:
    of_stores = {table.__name__ for table in TABLES if "store_id" in table._meta.columns}
    erased = {table.__name__ for table in COPY_TABLES}

    assert not erased & OUTLIVES_THE_COPY
    assert of_stores <= erased | OUTLIVES_THE_COPY
