"""Rejected and waiting webhooks on the operator page, with a remedy for each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.models import NO_STORE, RejectedWebhookCount, StoreState, utc_now
from portal.rules.webhooks.rejection_reasons import OPERATOR_HINTS, RejectionReason
from portal.services.background.rejected_webhook_counter import hour_of
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.web.conftest import Visitor, page_text
from tests.web.webhooks.test_receive import deliver, event

PAGE = "/operator/rejected-webhooks"


def make_count(
    reason: RejectionReason,
    receipts: int,
    *,
    store_id: int = NO_STORE,
    ago: timedelta = timedelta(0),
) -> None:
    """Save a count for the hour that is ``ago`` in the past."""
    at = utc_now() - ago
    RejectedWebhookCount.create(
        hour_at=hour_of(at),
        reason=reason,
        store_id=store_id,
        receipts=receipts,
        last_received_at=at,
    )


def test_operator_finds_the_page_which_says_that_all_was_accepted(operator: Visitor) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/failures").text
    assert "No rejected webhooks" in page_text(operator.get(PAGE))


def test_problems_are_counted_by_store_with_a_remedy(operator: Visitor) -> None:
    make_store(name="Clay & Co")
    make_count(RejectionReason.WRONG_SIGNATURE, 1200, store_id=1003, ago=timedelta(hours=1))
    make_count(RejectionReason.WRONG_SIGNATURE, 34, store_id=1003, ago=timedelta(hours=2))
    make_count(RejectionReason.UNKNOWN_STORE, 5, store_id=404)

    page = page_text(operator.get(PAGE))

    assert "Last 24 hours" in page
    assert "Wrong signature Clay & Co 1003 1,234" in page
    assert "Kept: unknown store Not connected here 404 5" in page
    assert page.index("unknown store") < page.index("Wrong signature")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (PAGE, "11"),
        (f"{PAGE}?window=day", "11"),
        (f"{PAGE}?window=week", "33"),
        (f"{PAGE}?window=quarter", "77"),
        (f"{PAGE}?window=nonsense", "11"),
    ],
)
def test_time_window_counts_only_problems_within_it(
    operator: Visitor, address: str, shown: str
) -> None:
    for receipts, days in ((11, 0.5), (22, 3), (44, 30), (88, 92)):
        make_count(RejectionReason.UNSIGNED, receipts, ago=timedelta(days=days))

    page = page_text(operator.get(address))

    assert f"No signature Unknown {shown} " in page


@pytest.mark.promise(3)
def test_rejected_webhook_appears_on_the_page_a_moment_later(
    operator: Visitor, app: Flask, runtime: Runtime
) -> None:
    make_store(id=1003, name="Clay & Co")
    make_store(id=2002, name="Wax", state=StoreState.DISCONNECTED)
    week_ago = int((utc_now() - timedelta(days=7)).timestamp())
    app.test_client().post("/webhooks/ecwid", json=event())
    deliver(app, event(), X_Ecwid_Webhook_Signature="bm90IGl0")
    deliver(app, event(eventCreated=week_ago))
    deliver(app, event(storeId=404))
    deliver(app, event(storeId=2002))
    runtime.finish()

    page = page_text(operator.get(PAGE))

    for line in (
        "No signature Clay & Co 1003 1 ",
        "Wrong signature Clay & Co 1003 1 ",
        "Signed too long ago Clay & Co 1003 1 ",
        "Kept: unknown store Not connected here 404 1 ",
        "Kept: disconnected store Wax 2002 1 ",
    ):
        assert line in page


@pytest.mark.parametrize("reason", RejectionReason)
def test_every_problem_has_a_label_and_a_remedy(operator: Visitor, reason: RejectionReason) -> None:
    make_count(reason, 1)

    page = page_text(operator.get(PAGE))

    assert OPERATOR_HINTS[reason] in page
    assert f" {reason} " not in page
