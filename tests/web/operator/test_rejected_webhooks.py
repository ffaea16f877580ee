"""Operators see which deliveries were refused or have to wait, and what to do about each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.models import NO_STORE, DeliveryCount, StoreState, utc_now
from portal.rules.webhooks.rejection_reasons import REMEDIES, DeliveryProblem
from portal.services.background.rejected_webhook_counter import hour_of
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.web.conftest import Visitor, words
from tests.web.webhooks.test_receive import deliver, event

PAGE = "/operator/webhooks"


def make_count(
    problem: DeliveryProblem,
    deliveries: int,
    *,
    store_id: int = NO_STORE,
    ago: timedelta = timedelta(0),
) -> None:
    """Save a count of the hour that was so long ago."""
    at = utc_now() - ago
    DeliveryCount.create(
        hour_at=hour_of(at), problem=problem, store_id=store_id, deliveries=deliveries, last_at=at
    )


def test_an_operator_is_led_to_the_page_and_told_that_all_was_taken(operator: Visitor) -> None:
    assert f'href="{PAGE}"' in operator.get("/stores").text
    assert "Every delivery was taken" in words(operator.get(PAGE))


def test_problems_are_counted_by_store_with_what_to_do(operator: Visitor) -> None:
    make_store(name="Clay & Co")
    make_count(DeliveryProblem.WRONG_SIGNATURE, 1200, store_id=1003, ago=timedelta(hours=1))
    make_count(DeliveryProblem.WRONG_SIGNATURE, 34, store_id=1003, ago=timedelta(hours=2))
    make_count(DeliveryProblem.UNKNOWN_STORE, 5, store_id=404)

    page = words(operator.get(PAGE))

    assert "Last 24 hours" in page
    assert "Wrong signature Clay & Co 1003 1,234" in page
    assert "Kept: unknown store not connected here 404 5" in page
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
def test_a_window_counts_what_lies_in_it(operator: Visitor, address: str, shown: str) -> None:
    for deliveries, days in ((11, 0.5), (22, 3), (44, 30), (88, 92)):
        make_count(DeliveryProblem.UNSIGNED, deliveries, ago=timedelta(days=days))

    page = words(operator.get(address))

    assert f"No signature none that we know {shown} " in page


@pytest.mark.promise(3)
def test_what_comes_in_wrongly_is_on_the_page_a_moment_later(
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

    page = words(operator.get(PAGE))

    for line in (
        "No signature Clay & Co 1003 1 ",
        "Wrong signature Clay & Co 1003 1 ",
        "Signed too long ago Clay & Co 1003 1 ",
        "Kept: unknown store not connected here 404 1 ",
        "Kept: disconnected store Wax 2002 1 ",
    ):
        assert line in page


@pytest.mark.parametrize("problem", DeliveryProblem)
def test_every_problem_has_words_and_a_remedy(operator: Visitor, problem: DeliveryProblem) -> None:
    make_count(problem, 1)

    page = words(operator.get(PAGE))

    assert REMEDIES[problem] in page
    assert f" {problem} " not in page
