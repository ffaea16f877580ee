"""The operators' pages that act on many stores."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from portal.models import (
    BulkAction,
    BulkActionEmail,
    BulkActionItem,
    BulkActionState,
    Lease,
    Membership,
    Merchant,
    Store,
    StoreState,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT
from portal.services.operator.advance_bulk_action import advance_bulk_action
from portal.services.operator.bulk_action_emails import send_bulk_action_emails
from portal.services.operator.summarize_stores import summarize
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_recovery_code, make_store
from tests.web.conftest import PASSWORD, Visitor, let_confirmations_expire, page_text
from tests.web.emails import break_email, sent_emails
from tests.web.operator.conftest import set_role

LIST = "/operator/actions"
NEW = f"{LIST}/new"


@pytest.fixture
def stores(runtime: Runtime) -> None:
    """Twelve stores, the last of them disconnected."""
    for number in range(1, 13):
        state = StoreState.DISCONNECTED if number == 12 else StoreState.CONNECTED
        make_store(id=2000 + number, name=f"Wax <{number}>", state=state)
    summarize(lambda _store_id: True, utc_now())


def fields_of(response: TestResponse) -> dict[str, str | list[str]]:
    """Return the hidden fields of the form on a confirmation page."""
    found: dict[str, list[str]] = {}
    main = response.text.partition("<main")[2].partition("</main>")[0]
    pairs = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', main)
    for name, value in pairs:
        if name != "csrf_token":
            found.setdefault(name, []).append(value)
    return dict(found)


def finish(runtime: Runtime) -> int:
    """Advance the only action to its end, in as many time slices as it needs; return its id."""
    action_id = BulkAction.get().id
    while BulkAction.get().state == BulkActionState.RUNNING:
        advance_bulk_action(runtime, action_id)
    return int(action_id)


def test_list_of_stores_leads_to_the_confirmation(operator: Visitor, stores: None) -> None:
    page = operator.get("/operator?q=wax&state=connected")

    assert "Apply to all 11 stores" in page_text(page)
    assert 'form="act-on-stores"' in page.text
    assert '<input type="hidden" name="state" value="connected">' in page.text
    assert "Apply to all 12 stores" in page_text(operator.get("/operator"))
    assert "Apply to all" not in page_text(operator.get("/operator?health=unknown"))


def test_action_on_a_filter_is_confirmed_started_and_watched(
    operator: Visitor, runtime: Runtime, stores: None
) -> None:
    asked = operator.get(NEW, query_string={"action": "pause", "q": "wax"})
    text = page_text(asked)
    assert "Pause sync 12 stores Wax <1> (2001)" in text
    assert "and 2 more" in text
    assert fields_of(asked) == {"action": ["pause"], "q": ["wax"], "count": ["12"]}

    started = operator.post(NEW, **fields_of(asked))
    assert started.status_code == 303
    page = operator.get(started.headers["Location"])
    assert "Stores 0 of 12" in page_text(page)
    assert 'data-live-every="2"' in page.text
    finish(runtime)

    done = operator.get(started.headers["Location"])
    assert "Stores 12 of 12 Done 11 Skipped 1 Failed 0" in page_text(done)
    assert "Wax <12> Skipped The store is disconnected." in page_text(done)
    assert "hx-trigger" not in done.text
    assert "Pause sync Done 12 11 1 0" in page_text(operator.get(LIST))


def test_action_on_checked_stores_concerns_only_them(operator: Visitor, stores: None) -> None:
    query = {"action": "sync", "scope": "chosen", "store": ["2003", "2001"]}
    asked = operator.get(NEW, query_string=query)
    assert "2 stores Wax <1> (2001) Wax <3> (2003) Syncs recent changes" in page_text(asked)

    operator.post(NEW, **fields_of(asked))

    assert {item.store_id for item in BulkActionItem.select()} == {2001, 2003}


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("q=wax", "Choose an action."),
        ("action=explode", "Choose an action."),
        ("action=sync&state=broken", "A filter has an unknown value."),
        ("action=sync&scope=chosen", "Select at least one store."),
        ("action=sync&scope=chosen&store=x", "One of the selected stores has an invalid ID."),
        ("action=sync&scope=chosen&store=99999999999999999999", "has an invalid ID."),
    ],
)
def test_incomplete_request_is_explained_and_starts_nothing(
    operator: Visitor, stores: None, query: str, problem: str
) -> None:
    asked = operator.get(NEW, query_string=query)
    sent = {name: value for name, _, value in (pair.partition("=") for pair in query.split("&"))}
    started = operator.post(NEW, count="12", **sent)

    for answer in (asked, started):
        assert answer.status_code == 422
        assert problem in page_text(answer)
    assert "Apply to" not in asked.text
    assert BulkAction.select().count() == 0


def test_filter_without_stores_leaves_nothing_to_confirm(operator: Visitor, stores: None) -> None:
    asked = operator.get(NEW, query_string={"action": "sync", "q": "nowhere"})

    assert "No matching stores" in page_text(asked)
    assert "Apply to" not in asked.text


@pytest.mark.parametrize("count", ["11", "x", ""])
def test_other_number_of_stores_than_confirmed_is_asked_again(
    operator: Visitor, stores: None, count: str
) -> None:
    answer = operator.post(NEW, action="sync", count=count)

    assert answer.status_code == 409
    assert "the filter now matches 12 stores. Confirm this number." in page_text(answer)
    assert BulkAction.select().count() == 0


def test_disconnecting_needs_the_number_and_the_password(
    operator: Visitor, merchant: Merchant, runtime: Runtime, stores: None
) -> None:
    chosen = {"action": "disconnect", "scope": "chosen", "store": ["2001", "2002"]}
    asked = operator.get(NEW, query_string=chosen)
    assert "enter the number of stores to disconnect: 2" in page_text(asked)
    fields = fields_of(asked)
    assert "count" not in fields
    address = f"{LIST}/disconnect"

    without = operator.post(NEW, **fields, count="2")
    let_confirmations_expire()
    fields["code"] = make_recovery_code(merchant)
    wrong = operator.post(address, **fields, count="2", password="wrong password")
    empty = operator.post(address, **fields, count="", password=PASSWORD)
    other = operator.post(address, **fields, count="3", password=PASSWORD)
    unchosen = operator.post(address, scope="chosen", count="12", password=PASSWORD)

    assert [each.status_code for each in (without, wrong, empty, other, unchosen)] == [
        *[422] * 3,
        409,
        422,
    ]
    assert "Incorrect password." in page_text(wrong)
    assert "Enter the number of stores to disconnect." in page_text(empty)
    assert BulkAction.select().count() == 0

    started = operator.post(address, **fields, count="2", password=PASSWORD)
    assert started.status_code == 303
    finish(runtime)
    gone = Store.select().where(Store.state == StoreState.DISCONNECTED).order_by(Store.id)
    assert [store.id for store in gone] == [2001, 2002, 2012]
    page = page_text(operator.get(started.headers["Location"]))
    assert "Wax <1> Done The merchant must remove the app in Ecwid." in page


@pytest.fixture
def merchants(stores: None) -> list[Merchant]:
    """The owners of two of the stores."""
    made = [make_merchant(email=f"ann{number}@wax.example") for number in (1, 2)]
    for store_id, owner in enumerate(made, 2001):
        Membership.create(merchant=owner, store=store_id)
    return made


def test_merchants_are_written_to(
    operator: Visitor, runtime: Runtime, merchants: list[Merchant]
) -> None:
    chosen = {"action": "notify", "scope": "chosen", "store": ["2001", "2002", "2003"]}
    asked = operator.get(NEW, query_string=chosen)
    assert "3 stores" in page_text(asked)
    assert 'name="message"' in asked.text
    fields = fields_of(asked)
    address = f"{LIST}/notify"

    refused = {
        "Enter a subject.": {"subject": " ", "message": "x"},
        "Enter a message.": {"subject": "x", "message": "\n"},
        "Use at most 150 characters.": {"subject": "x" * 151, "message": "x"},
        "Use at most 5000 characters.": {"subject": "x", "message": "x" * 5001},
    }
    for problem, typed in refused.items():
        answer = operator.post(address, **fields | typed)
        assert answer.status_code == 422
        assert problem in page_text(answer)
    typed = {"subject": "New\nfees", "message": "From May on:\r\n- 3 %"}
    without = operator.post(NEW, **fields | typed)
    other = operator.post(address, **fields | typed | {"count": "4"})
    assert (without.status_code, other.status_code) == (422, 409)
    assert "From May on:\n- 3 %</textarea>" in other.text
    assert BulkAction.select().count() == 0

    started = operator.post(address, **fields | typed)
    action = BulkAction.get()
    assert (action.subject, action.message) == ("New fees", "From May on:\n- 3 %")
    finish(runtime)
    page = operator.get(started.headers["Location"])
    assert "Emails Sent 0 Waiting 2 Not delivered 0 Subject New fees" in page_text(page)
    assert "Wax <3> Skipped Nobody on its team can receive our emails." in page_text(page)
    assert 'data-live-every="10"' in page.text
    send_bulk_action_emails(runtime, action.id)
    ended = operator.get(started.headers["Location"])
    assert "Sent 2 Waiting 0" in page_text(ended)
    assert "hx-trigger" not in ended.text
    assert {email["To"] for email in sent_emails(runtime)} == {m.email for m in merchants}


def test_waiting_emails_are_canceled_after_all_stores_were_handled(
    operator: Visitor, runtime: Runtime, merchants: list[Merchant]
) -> None:
    typed = {"action": "notify", "subject": "New fees", "message": "On May 1.", "count": "12"}
    started = operator.post(f"{LIST}/notify", **typed)
    action_id = finish(runtime)

    operator.post(f"{started.headers['Location']}/cancel")
    send_bulk_action_emails(runtime, action_id)

    page = page_text(operator.get(started.headers["Location"]))
    assert "Sent 0 Waiting 0 Not delivered 0 Not sent 2" in page
    assert sent_emails(runtime) == []


def test_undelivered_emails_lead_to_their_cause(
    operator: Visitor, runtime: Runtime, merchants: list[Merchant]
) -> None:
    typed = {"action": "notify", "subject": "New fees", "message": "On May 1.", "count": "12"}
    started = operator.post(f"{LIST}/notify", **typed)
    finish(runtime)
    break_email(runtime)
    for _ in range(ATTEMPTS_LIMIT):
        Lease.delete().execute()
        BulkActionEmail.update(due_at=utc_now()).execute()
        send_bulk_action_emails(runtime, BulkAction.get().id)

    page = operator.get(started.headers["Location"])

    assert "Not delivered 1" in page_text(page)
    assert 'href="/operator/failures"' in page.text


def test_action_is_canceled_once(operator: Visitor, runtime: Runtime, stores: None) -> None:
    operator.post(NEW, action="sync", count="12")
    address = f"{LIST}/{BulkAction.get().id}"

    operator.post(f"{address}/cancel")
    page = operator.get(address)
    assert "Action canceled. Changes already made aren't undone." in page_text(page)
    assert f"by {Merchant.get().email}" in page_text(page)
    assert f"{address}/cancel" not in page.text

    operator.post(f"{address}/cancel")
    assert "This action has already ended." in page_text(operator.get(address))
    assert operator.get(f"{LIST}/999").status_code == 404
    assert operator.post(f"{LIST}/999/cancel").status_code == 404


def test_action_that_the_portal_stopped_says_why(
    operator: Visitor, runtime: Runtime, stores: None, merchant: Merchant
) -> None:
    operator.post(NEW, action="sync", count="12")
    action = BulkAction.get()
    set_role(merchant, None)
    advance_bulk_action(runtime, action.id)
    set_role(merchant, OperatorRole.ADMIN)

    assert "is no longer an admin" in page_text(operator.get(f"{LIST}/{action.id}"))


def test_list_of_actions_begins_empty(operator: Visitor) -> None:
    assert "No bulk actions yet" in page_text(operator.get(LIST))


def test_support_sees_nothing_of_it(operator: Visitor, merchant: Merchant, stores: None) -> None:
    operator.post(NEW, action="sync", count="12")
    address = f"{LIST}/{BulkAction.get().id}"
    assert f'href="{address}"' in operator.get("/operator/audit").text
    set_role(merchant, OperatorRole.SUPPORT)

    page = operator.get("/operator").text

    assert "act-on-stores" not in page
    assert LIST not in page
    log = operator.get("/operator/audit").text
    assert "Started a bulk action" in log
    assert address not in log
