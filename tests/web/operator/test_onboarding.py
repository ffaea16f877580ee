"""Onboarding links and the list of unfinished onboardings on the operator page."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from portal.models import Merchant, Onboarding, StoreState, utc_now
from portal.rules.connection.connect_failures import FAILURE_REASONS, ConnectStep
from portal.services.connection.onboarding import create_link, prune_onboardings
from portal.services.pagination import PAGE_SIZE
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.web.conftest import Visitor, page_text, path_of

PAGE = "/operator/onboarding"


def test_operator_creates_a_link_and_withdraws_it(operator: Visitor, visitor: Visitor) -> None:
    assert "Nobody is on the way" in page_text(operator.get(PAGE))

    made = operator.post(PAGE, label=" Clay & Co ")
    page = operator.get(PAGE)
    address = re.search(r"<code>(http[^<]+)</code>", page.text)
    assert address
    link = path_of(unescape(address[1]))
    opened = visitor.get(link)
    withdrawn = operator.post(f"{PAGE}/{Onboarding.get().id}/withdraw")

    assert made.status_code == withdrawn.status_code == 303
    assert "Clay & Co" in page_text(page)
    assert "Link not used yet" in page_text(page)
    assert "Ask whether the link has arrived" in page_text(page)
    assert opened.status_code == 200
    assert visitor.get(link).status_code == 410
    assert "Nobody is on the way" in page_text(operator.get(PAGE))


@pytest.mark.parametrize("label", ["", "  ", "x" * 121])
def test_link_requires_a_label(operator: Visitor, label: str) -> None:
    assert operator.post(PAGE, label=label).status_code == 422
    assert not Onboarding.select().exists()


def test_missing_or_finished_onboarding_cannot_be_withdrawn(operator: Visitor) -> None:
    done = Onboarding.create(step=ConnectStep.CONNECTED, finished_at=utc_now())

    assert operator.post(f"{PAGE}/{done.id}/withdraw").status_code == 404
    assert operator.post(f"{PAGE}/77/withdraw").status_code == 404


@pytest.mark.parametrize("failure_reason", FAILURE_REASONS)
def test_each_failure_reason_is_shown_with_its_remedy(
    operator: Visitor, merchant: Merchant, failure_reason: str
) -> None:
    Onboarding.create(merchant=merchant, step=ConnectStep.REFUSED, failure_reason=failure_reason)

    page = page_text(operator.get(PAGE))

    assert f"{merchant.email} began without a link Stopped" in page
    assert FAILURE_REASONS[failure_reason].operator_hint in page


def test_list_omits_onboardings_that_need_no_action(operator: Visitor, merchant: Merchant) -> None:
    other = make_merchant(email="bea@example.com")
    make_store(id=1003)
    make_store(id=1004, state=StoreState.RECONNECT)
    late = create_link(merchant, "Late")
    Onboarding.update(expires_at=utc_now()).where(Onboarding.id == late.id).execute()
    for store_id in (1003, 1004):
        Onboarding.create(merchant=other, store_id=store_id, step=ConnectStep.AT_ECWID)
    Onboarding.create(merchant=other, finished_at=utc_now(), step=ConnectStep.CONNECTED)

    page = page_text(operator.get(PAGE))

    assert "Late Link expired" in page
    assert "Make a new one" in page
    assert "store 1004" in page
    assert "store 1003" not in page
    assert page.count("bea@example.com") == 1


@pytest.mark.promise(11)
def test_long_list_is_paginated(operator: Visitor, merchant: Merchant) -> None:
    for number in range(PAGE_SIZE + 2):
        create_link(merchant, f"label-{number}")

    first = operator.get(PAGE).text
    later = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert later

    assert "label-1<" in operator.get(later[1]).text
    assert "label-1<" not in first


def test_abandoned_onboardings_are_pruned(merchant: Merchant, runtime: Runtime) -> None:
    Onboarding.create(merchant=merchant, step_changed_at=utc_now() - timedelta(days=91))
    Onboarding.create(merchant=merchant)

    assert prune_onboardings(runtime) == 1
    assert Onboarding.select().count() == 1
