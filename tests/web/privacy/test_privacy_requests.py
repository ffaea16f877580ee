"""List of privacy requests and download of exports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.models import (
    AuditLogEntry,
    Merchant,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    utc_now,
)
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS
from portal.services.privacy.export_data_subject import export_data_subject, prune_exports
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_event,
    make_store,
    order_payload,
)
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/privacy"


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """A store of the merchant with a customer, an order and a coupon."""
    store = make_store(merchant)
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    COUPONS.save(store.id, [coupon_payload()], UPDATED_AT)
    make_event(
        type="customer.updated",
        entity_id="12",
        payload={"data": {"customerEmail": "Ada@Shopper.example"}},
    )
    return store


def ask(kind: PrivacyRequestKind, **changes: Any) -> PrivacyRequest:
    return PrivacyRequest.create(**{"store": 1003, "kind": kind, "customer_id": 12} | changes)


@pytest.fixture
def export(store: Store) -> PrivacyRequest:
    """A finished export of an access request."""
    request = ask(PrivacyRequestKind.ACCESS, emails=["ada@shopper.example"])
    export_data_subject(request)
    return request


def test_page_without_requests_says_so(browser: Visitor, store: Store) -> None:
    assert "No requests yet" in page_text(browser.get(PAGE))


def test_finished_erasure_shows_its_counts(browser: Visitor, store: Store) -> None:
    ask(
        PrivacyRequestKind.ERASURE,
        state=PrivacyRequestState.DONE,
        finished_at=utc_now(),
        counts={"orders": 3, "customers": 1},
        is_at_ecwid=True,
    )

    page = page_text(browser.get(PAGE))

    assert "Erasure request · Customer 12 Done" in page
    assert "Customer records 1 Orders 3" in page
    assert "Customer still existed" in page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"state": PrivacyRequestState.UNCLEAR, "customer_id": None},
            "The request doesn't name a customer",
        ),
        ({"error": "store 1003: HTTP 503"}, "Last error: store 1003: HTTP 503"),
        ({}, "We process the request as soon as possible"),
    ],
    ids=["unclear", "failed", "waiting"],
)
def test_unfinished_request_shows_the_reason(
    browser: Visitor, store: Store, changes: dict[str, Any], expected: str
) -> None:
    ask(PrivacyRequestKind.ERASURE, **changes)

    assert expected in page_text(browser.get(PAGE))


def test_owner_stops_a_held_erasure_and_has_it_done_later(browser: Visitor, store: Store) -> None:
    held_until = utc_now() + timedelta(hours=1)
    request = ask(PrivacyRequestKind.ERASURE, held_until=held_until, is_at_ecwid=True)
    page = page_text(browser.get(PAGE))
    assert "the owner can stop it until then" in page
    assert "Status in Ecwid Customer still exists" in page

    answer = browser.post(f"{PAGE}/{request.id}/stop")

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = page_text(browser.get(PAGE))
    assert "Erasure stopped. Nothing is erased unless you choose to" in page
    assert "The owner stopped this request" in page
    assert "Stop the erasure" not in page
    browser.post(f"{PAGE}/{request.id}/stop")
    assert "This request is no longer pending" in page_text(browser.get(PAGE))

    browser.post(f"{PAGE}/{request.id}/continue")

    assert "Erasing the data now" in page_text(browser.get(PAGE))
    assert PrivacyRequest.get().state == PrivacyRequestState.WAITING
    browser.post(f"{PAGE}/{request.id}/continue")
    assert "This request is no longer pending" in page_text(browser.get(PAGE))


def test_export_contains_all_data_and_each_download_is_in_the_audit_log(
    browser: Visitor, merchant: Merchant, export: PrivacyRequest
) -> None:
    assert "Download" in page_text(browser.get(PAGE))

    answer = browser.post(f"{PAGE}/{export.id}/download")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="customer-12.json"'
    found = answer.json
    assert found is not None
    assert found["customer"]["name"] == "Ada Adler"
    assert [order["id"] for order in found["orders"]] == ["EBJFT"]
    assert found["coupons_used"][0]["coupon"]["name"] == "Welcome"
    assert found["events"][0]["payload"]["data"]["customerEmail"] == "Ada@Shopper.example"
    entry = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
    assert (entry.action, entry.actor, entry.target) == (
        "privacy.downloaded",
        merchant,
        "customer 12",
    )


def test_export_expires_and_is_deleted(
    browser: Visitor, runtime: Runtime, export: PrivacyRequest
) -> None:
    past = utc_now() - timedelta(seconds=1)
    PrivacyRequest.update(expires_at=past).execute()

    assert "Available until Deleted" in page_text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/{export.id}/download").status_code == 404
    assert prune_exports(runtime) == 1
    assert PrivacyRequest.get().document is None


@pytest.mark.promise(9)
def test_stranger_gets_a_404(stranger: Visitor, export: PrivacyRequest) -> None:
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(f"{PAGE}/{export.id}/download").status_code == 404
    assert AuditLogEntry.select().where(AuditLogEntry.action == "privacy.downloaded").count() == 0


@pytest.mark.promise(9)
def test_anonymous_visitor_is_asked_to_sign_in(visitor: Visitor, export: PrivacyRequest) -> None:
    assert "/login" in visitor.get(PAGE).headers["Location"]
    assert "/login" in visitor.post(f"{PAGE}/{export.id}/download").headers["Location"]


def test_export_of_another_store_is_a_404(
    browser: Visitor, merchant: Merchant, export: PrivacyRequest
) -> None:
    make_store(merchant, id=1004)

    assert browser.post(f"/stores/1004/privacy/{export.id}/download").status_code == 404
