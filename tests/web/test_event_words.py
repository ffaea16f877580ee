"""Events in words: names and pictures of their records, and many similar ones as one line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.models import ChangeKind, EventState, RecordChange, Resource, WebhookEvent, database
from portal.services.mirror.resources import CATEGORIES, COUPONS, CUSTOMERS, ORDERS, PRODUCTS
from portal.web.event_words import GROUP_SIZE, event_lines, grouped_event_lines
from tests.factories import (
    UPDATED_AT,
    category_payload,
    coupon_payload,
    customer_payload,
    make_event,
    make_store,
    order_payload,
    product_payload,
)
from tests.statements import count_statements

PICTURE = "https://pictures.example/mug.jpg"


@pytest.fixture(autouse=True)
def page(app: Flask) -> Iterator[None]:
    """A request, and a store with one record of each kind."""
    make_store(id=1003)
    mug = product_payload(id=5, name="Blue mug", thumbnailUrl=PICTURE)
    PRODUCTS.save(1003, [mug], UPDATED_AT)
    ORDERS.save(1003, [order_payload()], UPDATED_AT)
    CUSTOMERS.save(1003, [customer_payload()], UPDATED_AT)
    COUPONS.save(1003, [coupon_payload()], UPDATED_AT)
    CATEGORIES.save(1003, [category_payload()], UPDATED_AT)
    with app.test_request_context():
        yield


def newest_first() -> list[WebhookEvent]:
    return list(WebhookEvent.select().order_by(WebhookEvent.id.desc()))


@pytest.mark.parametrize(
    ("event_type", "entity_id", "text", "url"),
    [
        ("product.updated", "5", "Product Blue mug updated", "/stores/1003/products/5"),
        ("product.deleted", "999", "Product 999 deleted", None),
        ("order.created", "EBJFT", "Order EBJFT placed", "/stores/1003/orders/90"),
        ("order.created", "90", "Order EBJFT placed", "/stores/1003/orders/90"),
        ("order.created", "91", "Order 91 placed", None),
        ("customer.updated", "12", "Customer Ada Adler updated", "/stores/1003/customers/12"),
        ("discount_coupon.updated", "33", "Coupon WELCOME-10 updated", "/stores/1003/coupons/33"),
        ("category.updated", "7", "Category Mugs updated", None),
        ("category.updated", None, "Category (No name) updated", None),
        ("product.updated", "five", "Product five updated", None),
        ("profile.updated", "1003", "Store profile or plan changed", None),
        ("review.created", "8", "review.created", None),
    ],
)
def test_event_is_a_sentence_with_the_name_of_its_record(
    event_type: str, entity_id: str | None, text: str, url: str | None
) -> None:
    event = make_event(event_id="e", type=event_type, entity_id=entity_id)

    (line,) = event_lines(1003, [event])

    assert (line.text, line.record_url) == (text, url)
    assert line.url == "/stores/1003/events/e"


def test_id_of_an_order_is_preferred_to_the_same_number_of_another_one() -> None:
    ORDERS.save(1003, [order_payload(internalId=95, id="90", orderNumber=90)], UPDATED_AT)

    (line,) = event_lines(1003, [make_event(type="order.created", entity_id="90")])

    assert line.record_url == "/stores/1003/orders/90"


def test_changed_fields_make_the_sentence_exact() -> None:
    events = [make_event(event_id=name, type=f"{name}.updated") for name in ("product", "order")]
    WebhookEvent.update(entity_id="EBJFT").where(WebhookEvent.event_id == "order").execute()
    changes = {"product": ("price", "14"), "order": ("paymentStatus", '"PAID"')}
    for event in events:
        field, after = changes[event.event_id]
        RecordChange.create(
            store=1003,
            resource=Resource.PRODUCTS,
            remote_id=5,
            event=event,
            kind=ChangeKind.UPDATED,
            changes=[{"field": field, "before": "1", "after": after}],
        )

    lines = event_lines(1003, newest_first())

    assert [line.text for line in lines] == ["Order EBJFT paid", "Price of Blue mug changed"]
    assert [(line.picture, line.is_about_product) for line in lines] == [
        (None, False),
        (PICTURE, True),
    ]


def test_names_of_other_stores_are_not_shown() -> None:
    make_store(id=2002)

    (line,) = event_lines(2002, [make_event(store_id=2002, entity_id="5")])

    assert (line.text, line.record_url) == ("Product 5 updated", None)


def test_page_of_events_of_all_kinds_takes_one_statement() -> None:
    for event_type, entity_id in (
        ("product.updated", "5"),
        ("order.updated", "EBJFT"),
        ("customer.updated", "12"),
        ("discount_coupon.updated", "33"),
        ("category.updated", "7"),
    ):
        make_event(event_id=event_type, type=event_type, entity_id=entity_id)
    events = newest_first()

    with count_statements(database.obj) as statements:
        lines = event_lines(1003, events)

    assert len(lines) == 5
    assert len(statements) == 1


def test_many_similar_events_are_one_line() -> None:
    make_event(event_id="first", type="order.created", entity_id="EBJFT")
    for number in range(GROUP_SIZE):
        make_event(event_id=f"p-{number}", entity_id=str(number % 3), state=EventState.APPLIED)
    for number in range(GROUP_SIZE - 1):
        make_event(event_id=f"d-{number}", type="product.deleted", entity_id=str(number))

    lines = grouped_event_lines(1003, newest_first(), limit=10)

    assert [line.text for line in lines] == [
        "Product 2 deleted",
        "Product 1 deleted",
        "Product 0 deleted",
        "3 products updated",
        "Order EBJFT placed",
    ]
    assert lines[3].url == "/stores/1003/events?type=product.updated&state=applied"
    assert (lines[3].count, lines[3].is_about_product) == (GROUP_SIZE, False)
    assert len(grouped_event_lines(1003, newest_first(), limit=2)) == 2


def test_many_events_of_an_unknown_type_are_named_by_it() -> None:
    for number in range(GROUP_SIZE):
        make_event(event_id=f"r-{number}", type="review.created", entity_id=str(number))

    (line,) = grouped_event_lines(1003, newest_first(), limit=10)

    assert line.text == "4 events of the type review.created"


@pytest.mark.parametrize(
    ("event_type", "symbol"),
    [
        ("product.updated", "box"),
        ("order.created", "receipt"),
        ("customer.updated", "person"),
        ("discount_coupon.updated", "tag"),
        ("category.updated", "list"),
        ("profile.updated", "link"),
        ("customer.personalDataRemovalRequest", "lock"),
        ("review.created", "bell"),
    ],
)
def test_symbol_says_what_an_event_is_about(event_type: str, symbol: str) -> None:
    make_event(type=event_type)

    [line] = event_lines(1003, newest_first())

    assert line.symbol == symbol
