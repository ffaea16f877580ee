"""Owners require a second factor of their team; members without one don't reach the store."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.models import AuditLogEntry, Membership, Merchant, Role, Store, TimelineEntry
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key, store_of
from portal.services.outbox.publish import find_subscribers
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_factor, make_merchant, make_passkey
from tests.web.conftest import Visitor, page_text
from tests.web.emails import sent_emails, text_of

PAGE = "/stores/1003/team/second-factor"


@pytest.fixture
def bob(store: Store) -> Merchant:
    """A member of staff without a second factor."""
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    return bob


@pytest.fixture
def staff(app: Flask, bob: Merchant) -> Visitor:
    """The browser of the member."""
    return Visitor(app).force_login(bob)


def test_owner_requires_it_of_the_team_and_ends_that(
    browser: Visitor, merchant: Merchant, bob: Merchant, store: Store, runtime: Runtime
) -> None:
    make_factor(merchant)
    asked = page_text(browser.get(PAGE))
    assert "1 person hasn't set it up yet: bob@example.com" in asked

    answers = [browser.post(PAGE, required=choice) for choice in ("yes", "yes", "no")]

    assert [each.location for each in answers] == ["/stores/1003/team"] * 3
    assert [(mail["To"], mail["Subject"]) for mail in sent_emails(runtime)] == [
        (bob.email, "Clay & Co: two-step verification is now required"),
        (bob.email, "Clay & Co: two-step verification is no longer required"),
    ]
    assert "Until you set it up, you can't open the store" in text_of(sent_emails(runtime)[0])
    names = ["team_factor_required", "team_factor_optional"]
    entries = AuditLogEntry.select().where(AuditLogEntry.store == store)
    assert [entry.action for entry in entries.order_by(AuditLogEntry.id)] == names
    assert [entry.what for entry in TimelineEntry.select().order_by(TimelineEntry.id)] == names
    assert "no longer required" in page_text(browser.get("/stores/1003/team"))


def test_owner_without_a_second_factor_sets_it_up_first(browser: Visitor, store: Store) -> None:
    answer = browser.post(PAGE, required="yes")

    assert answer.status_code == 409
    assert "Set up two-step verification for your own account first." in page_text(answer)
    assert f"/account/second-factor?next={PAGE}" in answer.text
    assert not Store.get().requires_second_factor


def test_member_without_one_sees_only_the_way_to_it(
    browser: Visitor, merchant: Merchant, bob: Merchant, staff: Visitor
) -> None:
    assert staff.get("/stores/1003").status_code == 200
    make_factor(merchant)
    browser.post(PAGE, required="yes")

    page = staff.get("/stores/1003/orders?q=mug")
    polled = staff.get("/stores/1003/progress", headers={"HX-Request": "true"})
    sent = staff.post("/stores/1003/sync")

    assert {page.status_code, polled.status_code, sent.status_code} == {403}
    assert "The owner of Clay & Co requires two-step verification" in page_text(page)
    assert "/account/second-factor?next=/stores/1003/orders?q%3Dmug" in page.text
    assert 'href="/account/second-factor"' in sent.text
    assert "Set up two-step verification to see this store." in page_text(staff.get("/stores"))
    assert browser.get("/stores/1003").status_code == 200

    make_factor(bob)
    assert staff.get("/stores/1003/orders").status_code == 200


@pytest.mark.parametrize("set_up", [make_factor, make_passkey])
def test_keys_and_endpoints_of_a_member_stop_until_it_is_set_up(
    browser: Visitor,
    merchant: Merchant,
    bob: Merchant,
    runtime: Runtime,
    set_up: Callable[[Merchant], object],
) -> None:
    made = create_key(bob, "ERP", KeyScope)
    assert made is not None
    make_endpoint(bob, runtime.sealer)
    assert store_of(made.key, 1003) is not None
    assert len(find_subscribers(1003)) == 1

    make_factor(merchant)
    browser.post(PAGE, required="yes")

    assert store_of(made.key, 1003) is None
    assert find_subscribers(1003) == []
    set_up(bob)
    assert store_of(made.key, 1003) is not None
    assert len(find_subscribers(1003)) == 1
