"""Topics of event types, in either spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.scopes import events_for
from portal.rules.webhooks.event_types import EventTopic, topic_of


@pytest.mark.parametrize(
    ("event_type", "topic"),
    [
        ("product.created", EventTopic.PRODUCT),
        ("product.updated", EventTopic.PRODUCT),
        ("product.deleted", EventTopic.PRODUCT),
        ("category.updated", EventTopic.CATEGORY),
        ("profile.updated", EventTopic.CONNECTION),
        ("profile.subscriptionStatusChanged", EventTopic.CONNECTION),
        ("profile.subscription_status_changed", EventTopic.CONNECTION),
        ("application.installed", EventTopic.INSTALLED),
        ("application.uninstalled", EventTopic.CONNECTION),
        ("application.subscriptionStatusChanged", EventTopic.CONNECTION),
        ("application.subscription_status_changed", EventTopic.CONNECTION),
        ("PRODUCT.UPDATED", EventTopic.PRODUCT),
        ("application.renamed", EventTopic.OTHER),
        ("order.created", EventTopic.ORDER),
        ("customer.deleted", EventTopic.CUSTOMER),
        ("discount_coupon.updated", EventTopic.COUPON),
        ("customer.personalDataRemovalRequest", EventTopic.ERASURE),
        ("customer.personal_data_removal_request", EventTopic.ERASURE),
        ("customer.personalDataExportRequest", EventTopic.EXPORT),
        ("profile.personal_data_removal_request", EventTopic.ERASURE),
        ("profile.personalDataExportRequest", EventTopic.EXPORT),
        ("products.updated", EventTopic.OTHER),
        ("unfinished_order.created", EventTopic.OTHER),
        ("", EventTopic.OTHER),
        (".", EventTopic.OTHER),
    ],
)
def test_type_has_its_topic(event_type: str, topic: EventTopic) -> None:
    assert topic_of(event_type) is topic


@pytest.mark.parametrize(
    "event_type",
    events_for(["read_catalog", "read_orders", "read_customers", "read_discount_coupons"]),
)
def test_every_requested_record_event_is_mirrored(event_type: str) -> None:
    assert topic_of(event_type) not in (EventTopic.CONNECTION, EventTopic.INSTALLED)


@given(st.text())
def test_unknown_type_is_never_an_error(event_type: str) -> None:
    assert isinstance(topic_of(event_type), EventTopic)
