"""A store whose calls really fail has the issues that its team is shown, and loses them again."""

from __future__ import annotations

import json

from portal.models import EventState, OrderUpdate, OrderUpdateState, utc_now
from portal.rules.orders.order_changes import OrderChanges
from portal.rules.orders.submission_states import SubmissionState
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.event_processing.processor import drain
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.issues import open_issues
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_order import discard_update, request_update
from tests.services.event_processing.test_failures import let_time_pass
from tests.services.orders.conftest import Counter, let_pass
from tests.shop import list_answer

SENDER = OrderSender("merchant 7")


def found(counter: Counter) -> dict[str, int | None]:
    """Search for issues; return the counts of the open ones by kind."""
    update_counted_issues(counter.runtime)
    return {issue.kind: issue.count for issue in open_issues(counter.store_id)}


def test_order_that_ecwid_refuses_is_an_issue_with_its_cause(counter: Counter) -> None:
    view = counter.submit()
    body = json.dumps({"errorMessage": "Field Order.email has a wrong value"})
    counter.fault_of_orders("error", status=400, body=body)
    counter.work(view.id)

    assert found(counter) == {"orders_rejected": 1}
    [issue] = open_issues(counter.store_id)
    assert issue.detail["causes"] == {"rejected_by_ecwid": 1}
    assert "wrong value" not in json.dumps(issue.detail)


def test_order_whose_answer_was_lost_is_an_issue_until_its_outcome(counter: Counter) -> None:
    view = counter.submit()
    counter.fault_of_orders("reset_after")
    counter.work(view.id)
    assert found(counter) == {}
    let_pass(view.id, 301)

    assert found(counter) == {"orders_unresolved": 1}
    assert counter.work(view.id).state == SubmissionState.RESOLVED
    assert found(counter) == {}


def test_conflict_with_the_store_is_an_issue_until_somebody_decides(counter: Counter) -> None:
    number = counter.work(counter.submit().id).order_number
    assert number is not None
    wanted = OrderChanges(payment_status="PAID")
    update = request_update(counter.runtime, counter.store_id, number, wanted, SENDER)
    counter.server.parts.orders.update(counter.store_id, number, {"paymentStatus": "CANCELLED"})
    OrderUpdate.update(due_at=utc_now()).execute()
    counter.runtime.redis.flushall()
    send_order_updates(counter.runtime, counter.store_id)
    assert OrderUpdate.get().state == OrderUpdateState.CONFLICT

    assert found(counter) == {"order_updates_undecided": 1}
    discard_update(counter.store_id, update.id, SENDER)
    assert found(counter) == {}


def test_event_that_is_given_up_and_unreadable_record_are_issues(counter: Counter) -> None:
    event = counter.event(7, type="customer.updated")
    counter.fault("/customers/7", 500, times=1_000)
    for _ in range(EVENT_BACKOFF.max_attempts + 1):
        drain(counter.runtime, counter.store_id)
        let_time_pass()
    assert type(event).get_by_id(event.id).state == EventState.DEAD
    counter.fault("/products", 200, list_answer({"id": 5, "price": "free"}))
    counter.sync()

    assert found(counter) == {"events_dead": 1, "records_quarantined": 1}
