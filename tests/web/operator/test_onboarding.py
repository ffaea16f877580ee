"""Funnel and list of onboardings on the operator page, and the page of one onboarding."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from portal.models import Merchant, Onboarding, StoreState, utc_now
from portal.rules.connection.connect_failures import FAILURE_REASONS, ConnectStep
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.services.connection.connect_links import create_link
from portal.services.operator.onboarding_funnel import MEASURED_LINKS
from portal.services.pagination import PAGE_SIZE
from portal.services.retention.prune_onboardings import (
    FINISHED_RETENTION,
    RETENTION,
    prune_onboardings,
)
from portal.services.runtime import Runtime
from portal.web.operator.onboarding_labels import STATUSES
from tests.factories import make_merchant, make_store
from tests.web.conftest import Connect, Ecwid, Visitor, page_text

PAGE = "/operator/onboarding"


@pytest.mark.parametrize("failure_reason", [*FAILURE_REASONS, "of_a_former_release"])
def test_each_failure_reason_is_shown_with_its_remedy(
    operator: Visitor, merchant: Merchant, failure_reason: str
) -> None:
    Onboarding.create(merchant=merchant, step=ConnectStep.REFUSED, failure_reason=failure_reason)

    page = page_text(operator.get(PAGE))

    assert f"{merchant.email} No link Refused" in page
    known = FAILURE_REASONS.get(failure_reason)
    assert (known.operator_hint if known else "try again with the same link") in page


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
    assert "Renew it if they still want to connect" in page
    assert "store 1004" in page
    assert "store 1003" not in page
    assert page.count("bea@example.com") == 1


def _in_status(status: OnboardingStatus, merchant: Merchant) -> Onboarding:
    """Create an onboarding by a link with this status."""
    link, now = create_link(None, f"is {status}"), utc_now()
    changes: dict[OnboardingStatus, dict[str, object]] = {
        OnboardingStatus.INVITED: {},
        OnboardingStatus.OPENED: {"opened_at": now},
        OnboardingStatus.ACCOUNT: {"merchant": merchant, "step": ConnectStep.AT_ECWID},
        OnboardingStatus.CONSENT: {"merchant": merchant, "consented_at": now},
        OnboardingStatus.REFUSED: {"merchant": merchant, "step": ConnectStep.REFUSED},
        OnboardingStatus.CONNECTED: {"merchant": merchant, "finished_at": now},
        OnboardingStatus.IMPORTED: {"finished_at": now, "imported_at": now},
        OnboardingStatus.EXPIRED: {"expires_at": now, "opened_at": now},
        OnboardingStatus.WITHDRAWN: {"withdrawn_at": now, "expires_at": now},
    }
    for name, value in changes[status].items():
        setattr(link, name, value)
    link.save()
    return link


def test_every_status_is_found_by_its_filter_alone(operator: Visitor, merchant: Merchant) -> None:
    links = {status: _in_status(status, merchant) for status in OnboardingStatus}

    for status in OnboardingStatus:
        page = operator.get(f"{PAGE}?status={status}")

        assert re.findall(r"is (\w+)(?:</bdi>)?</a>", page.text) == [status]
        assert f"is {status} " in page_text(page)
        assert str(STATUSES[status].text) in page_text(page)
        assert Onboarding.get_by_id(links[status].id).status is status
    everybody = re.findall(r"is (\w+)(?:</bdi>)?</a>", operator.get(f"{PAGE}?status=").text)
    assert sorted(everybody) == sorted(OnboardingStatus)
    unknown = re.findall(r"is (\w+)(?:</bdi>)?</a>", operator.get(f"{PAGE}?status=none").text)
    assert set(everybody) - set(unknown) == {"connected", "imported", "withdrawn"}


def test_search_finds_invitee_email_and_account(operator: Visitor, merchant: Merchant) -> None:
    create_link(merchant, "Clay & Co", email="ann@clay.example")
    Onboarding.create(merchant=make_merchant(email="bea@wood.example"))

    assert "Clay & Co" in page_text(operator.get(f"{PAGE}?q=CLAY+%26"))
    assert "Clay & Co" in page_text(operator.get(f"{PAGE}?q=ann@"))
    assert "bea@wood.example" in page_text(operator.get(f"{PAGE}?q=wood"))
    nobody = page_text(operator.get(f"{PAGE}?q=%25"))
    assert "No merchants found" in nobody
    assert "Clay" not in nobody


def test_funnel_counts_the_steps_up_to_the_connected_store(
    operator: Visitor, visitor: Visitor, stranger: Visitor, ecwid: Ecwid, runtime: Runtime
) -> None:
    assert "No links were created in this period" in page_text(operator.get(PAGE))
    paths = []
    for name in ("Ann", "Bea", "Eve", "Old"):
        shown = operator.get(operator.post(PAGE, label=name).headers["Location"]).text
        found = re.search(r'value="http://[^/]+(/connect/link/[^"]+)"', shown)
        assert found
        paths.append(unescape(found[1]))
    old = utc_now() - timedelta(days=40)
    Onboarding.update(started_at=old).where(Onboarding.invitee == "Old").execute()
    operator.get(paths[0])  # doesn't count
    visitor.get(paths[1])
    refused = stranger.post(paths[2]).headers["Location"]
    stranger.get(ecwid.grant_consent(refused, ecwid.add_store(plan="Free")))

    page = page_text(operator.get(PAGE))

    assert "Invited 3 100% – – Link opened 2 67% 67%" in page
    assert "Account created 1 33% 50%" in page
    assert "Access allowed 1 33% 100%" in page
    assert "Connected 0 0% 0%" in page
    assert "1 link is refused now" in page
    assert "Plan without API access 1" in page
    again = stranger.post(paths[2]).headers["Location"]
    stranger.get(ecwid.grant_consent(again, ecwid.add_store()))
    page = page_text(operator.get(f"{PAGE}?window=all"))
    assert "Invited 4" in page
    assert "Connected 1" in page
    assert "1 link was refused at first and connected later" in page
    assert "these percentages are too high" in page
    assert "refused now" not in page


def test_funnel_says_which_links_its_times_are_of(operator: Visitor, merchant: Merchant) -> None:
    link = create_link(merchant, "Clay")
    row = {name: value for name, value in link.__data__.items() if name != "id"}
    Onboarding.insert_many([row] * MEASURED_LINKS).execute()

    assert "Times are based on the newest 1,000 links" in page_text(operator.get(PAGE))


def test_page_of_an_onboarding_without_a_link_has_its_steps(
    operator: Visitor, stranger: Visitor, connect: Connect, ecwid: Ecwid
) -> None:
    store_id = ecwid.add_store()
    connect(stranger, store_id)

    page = page_text(operator.get(f"{PAGE}/{Onboarding.get().id}"))

    assert "eve@example.com" in page
    assert "Started without a link just now" in page
    assert "Access allowed just now" in page
    assert f"Store {store_id}" in page
    assert "Withdraw" not in page
    assert "Reminders" not in page
    assert operator.get(f"{PAGE}/77").status_code == 404


@pytest.mark.promise(11)
def test_long_list_is_paginated(operator: Visitor, merchant: Merchant) -> None:
    for number in range(PAGE_SIZE + 2):
        create_link(merchant, f"label-{number}")

    first = operator.get(f"{PAGE}?status=invited&q=label").text
    later = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert later

    assert "label-1<" in operator.get(unescape(later[1])).text
    assert "label-1<" not in first
    assert "status=invited" in later[1]


@pytest.mark.parametrize(
    ("kept", "pruned"), [({}, RETENTION), ({"finished_at": utc_now()}, FINISHED_RETENTION)]
)
def test_old_onboardings_are_pruned(
    merchant: Merchant, runtime: Runtime, kept: dict[str, object], pruned: timedelta
) -> None:
    day = timedelta(days=1)
    Onboarding.create(merchant=merchant, step_changed_at=utc_now() - pruned - day, **kept)
    Onboarding.create(merchant=merchant, step_changed_at=utc_now() - pruned + day, **kept)

    assert prune_onboardings(runtime) == 1
    assert Onboarding.select().count() == 1
