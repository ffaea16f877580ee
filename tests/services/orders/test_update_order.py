"""An order update arrives or fails visibly, and never overwrites a change of the store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.errors.orders import (
    OrderNotFoundError,
    OrderUpdateError,
    OrderUpdateStateError,
    StoreNotWorkingError,
)
from portal.models import (
    AuditLogEntry,
    Order,
    OrderUpdate,
    OrderUpdateState,
    OwnWrite,
    Store,
    utc_now,
)
from portal.rules.connection.store_states import StoreState
from portal.rules.orders.order_changes import OrderChanges
from portal.services.orders.order_updates import (
    OrderUpdateView,
    find_update,
    list_updates,
    wait_for_update,
)
from portal.services.orders.send_order_updates import send_order_updates, wake_waiting_updates
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_order import discard_update, request_update, retry_update
from tests.factories import make_merchant
from tests.services.orders.conftest import SENDER, Counter

SHIPPED = OrderChanges(fulfillment_status="SHIPPED", tracking_number="RX1")


@pytest.fixture
def number(counter: Counter) -> str:
    """The number of an order in the store and the mirror."""
    view = counter.work(counter.submit().id)
    assert view.order_number is not None
    return view.order_number


def ask(counter: Counter, number: str, changes: OrderChanges = SHIPPED, **more: Any) -> int:
    return request_update(
        counter.runtime, counter.store_id, number, changes, more.pop("sender", SENDER), **more
    ).id


def work(counter: Counter, update_id: int) -> OrderUpdateView:
    OrderUpdate.update(due_at=utc_now()).where(OrderUpdate.due_at.is_null(is_null=False)).execute()
    counter.runtime.redis.flushall()
    send_order_updates(counter.runtime, counter.store_id)
    return wait_for_update(update_id, timeout_s=0)


def in_the_store(counter: Counter, number: str, **fields: Any) -> None:
    counter.server.parts.orders.update(counter.store_id, number, fields)


def test_update_is_sent_and_mirrored_as_our_own_write(counter: Counter, number: str) -> None:
    OwnWrite.delete().execute()
    update_id = ask(counter, number)

    view = work(counter, update_id)

    (order,) = counter.orders()
    assert (view.state, view.due_at, view.attempts) == (OrderUpdateState.SENT, None, 0)
    assert (order["fulfillmentStatus"], order["trackingNumber"]) == ("SHIPPED", "RX1")
    assert order["paymentStatus"] == "AWAITING_PAYMENT"
    row = Order.get(Order.number == number)
    assert (row.fulfillment_status, row.tracking_number) == ("SHIPPED", "RX1")
    assert OwnWrite.select().count() == 1


def test_notes_with_carriage_returns_can_be_changed(counter: Counter, number: str) -> None:
    in_the_store(counter, number, privateAdminNotes="Fragile\r\nheavy")
    seen = OrderChanges(private_notes="Fragile\nheavy")
    wanted = OrderChanges(private_notes="Fragile\nlight")

    view = work(counter, ask(counter, number, wanted, expected=seen))

    assert view.state == OrderUpdateState.SENT
    assert counter.orders()[0]["privateAdminNotes"] == "Fragile\nlight"


def test_canceled_order_returns_its_items_to_the_stock(counter: Counter, number: str) -> None:
    product_id = counter.orders()[0]["items"][0]["productId"]

    work(counter, ask(counter, number, OrderChanges(payment_status="CANCELLED")))

    assert counter.server.parts.products.get(counter.store_id, product_id)["quantity"] == 10


def test_update_without_a_difference_is_not_sent(counter: Counter, number: str) -> None:
    in_the_store(counter, number, fulfillmentStatus="SHIPPED", trackingNumber="RX1")

    assert work(counter, ask(counter, number)).state == OrderUpdateState.UNCHANGED


def test_newer_state_of_the_store_is_a_conflict_with_both_values(
    counter: Counter, number: str
) -> None:
    update_id = ask(counter, number, OrderChanges(payment_status="PAID"))
    in_the_store(counter, number, paymentStatus="CANCELLED")

    view = work(counter, update_id)

    assert view.state == OrderUpdateState.CONFLICT
    assert view.changes == {"payment_status": "PAID"}
    assert view.expected == {"payment_status": "AWAITING_PAYMENT"}
    assert view.remote == {"payment_status": "CANCELLED"}
    assert counter.orders()[0]["paymentStatus"] == "CANCELLED"
    assert Order.get(Order.number == number).payment_status == "CANCELLED"


def test_conflict_is_overwritten_only_in_the_state_shown(counter: Counter, number: str) -> None:
    update_id = ask(counter, number, OrderChanges(payment_status="PAID"))
    in_the_store(counter, number, paymentStatus="CANCELLED")
    work(counter, update_id)
    retry_update(counter.runtime, counter.store_id, update_id, SENDER)
    in_the_store(counter, number, paymentStatus="REFUNDED")

    again = work(counter, update_id)
    retry_update(counter.runtime, counter.store_id, update_id, SENDER)
    done = work(counter, update_id)

    assert (again.state, again.remote) == (
        OrderUpdateState.CONFLICT,
        {"payment_status": "REFUNDED"},
    )
    assert done.state == OrderUpdateState.SENT
    assert counter.orders()[0]["paymentStatus"] == "PAID"


def test_update_based_on_an_older_state_is_a_conflict(counter: Counter, number: str) -> None:
    seen = OrderChanges(payment_status="PAID")
    update_id = ask(counter, number, OrderChanges(payment_status="REFUNDED"), expected=seen)

    assert work(counter, update_id).state == OrderUpdateState.CONFLICT


def test_conflict_can_be_discarded(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    in_the_store(counter, number, fulfillmentStatus="RETURNED")
    work(counter, update_id)

    dropped = discard_update(counter.store_id, update_id, SENDER)

    assert dropped.state == OrderUpdateState.DROPPED
    with pytest.raises(OrderUpdateStateError):
        discard_update(counter.store_id, update_id, SENDER)
    with pytest.raises(OrderUpdateStateError):
        retry_update(counter.runtime, counter.store_id, update_id, SENDER)


def test_discarded_update_is_never_sent(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    discard_update(counter.store_id, update_id, SENDER)

    assert work(counter, update_id).state == OrderUpdateState.DROPPED
    assert counter.orders()[0]["fulfillmentStatus"] == "AWAITING_PROCESSING"


@pytest.mark.parametrize(("kind", "times"), [("error_after", 3), ("timeout_after", 1)])
def test_order_is_read_again_after_an_update_without_a_response(
    counter: Counter, number: str, kind: str, times: int
) -> None:
    update_id = ask(counter, number)
    # The connection ends without a response, as after a timeout.
    counter.fault("/orders", 0, kind=kind, method="PUT", times=times, delay_s=0.01)

    first = work(counter, update_id)

    done = work(counter, update_id)
    assert (first.state, first.attempts) in {
        (OrderUpdateState.WAITING, 1),
        (OrderUpdateState.SENT, 0),
    }
    assert done.state == OrderUpdateState.SENT


@pytest.mark.promise(1)
def test_failure_is_retried_and_stays_visible_at_the_end(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    counter.runtime.redis.flushall()

    assert wake_waiting_updates(counter.runtime) == 1
    counter.fault("/orders", 503)
    waiting = work(counter, update_id)
    OrderUpdate.update(attempts=7).execute()
    counter.fault("/orders", 503)
    view = work(counter, update_id)

    assert (waiting.state, waiting.attempts) == (OrderUpdateState.WAITING, 1)
    assert view.state == OrderUpdateState.FAILED
    assert view.error is not None
    assert "HTTP 503" in view.error
    retry_update(counter.runtime, counter.store_id, update_id, SENDER)

    assert work(counter, update_id).state == OrderUpdateState.SENT


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        ({"path": "/orders", "status": 404}, OrderUpdateState.FAILED, "no such order any more"),
        ({"path": "/orders", "status": 400, "method": "PUT"}, OrderUpdateState.FAILED, "HTTP 400"),
        ({"path": "/orders", "status": 429}, OrderUpdateState.WAITING, "HTTP 429"),
    ],
)
def test_refusal_by_ecwid_is_shown(
    counter: Counter, number: str, fault: dict[str, Any], state: OrderUpdateState, words: str
) -> None:
    update_id = ask(counter, number)
    counter.fault(**fault)

    view = work(counter, update_id)

    assert view.state == state
    assert view.error is not None
    assert words in view.error


def test_update_that_ecwid_does_not_count_fails(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    counter.fault("/orders", 200, '{"updateCount": 0}', method="PUT")

    view = work(counter, update_id)

    assert (view.state, view.error) == (OrderUpdateState.FAILED, "the store refused the change")


def test_update_continues_when_a_stopped_store_works_again(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    counter.server.parts.stores.uninstall(counter.store_id)

    first = work(counter, update_id)
    second = work(counter, update_id)

    assert first.state == second.state == OrderUpdateState.WAITING
    assert Store.get_by_id(counter.store_id).state == StoreState.RECONNECT
    assert wake_waiting_updates(counter.runtime) == 0
    with pytest.raises(StoreNotWorkingError):
        ask(counter, number)


def test_updates_of_one_order_are_sent_in_sequence(counter: Counter, number: str) -> None:
    first = ask(counter, number, OrderChanges(tracking_number="RX1"))
    OrderUpdate.update(due_at=utc_now() + timedelta(hours=1)).execute()
    second = ask(
        counter,
        number,
        OrderChanges(tracking_number="RX2"),
        expected=OrderChanges(tracking_number="RX1"),
    )
    send_order_updates(counter.runtime, counter.store_id)

    assert wait_for_update(second, timeout_s=0).is_waiting
    assert work(counter, second).state == OrderUpdateState.SENT
    assert [view.id for view in list_updates(counter.store_id)] == [second, first]
    assert counter.orders()[0]["trackingNumber"] == "RX2"


def test_updates_of_a_person_are_in_the_audit_log_without_notes(
    counter: Counter, number: str
) -> None:
    merchant = make_merchant()
    sender = OrderSender(f"merchant {merchant.id}", merchant)
    changes = OrderChanges(payment_status="PAID", private_notes="Ada is ill")
    update_id = ask(counter, number, changes, sender=sender)
    discard_update(counter.store_id, update_id, sender)

    updates = AuditLogEntry.select().where(AuditLogEntry.action.startswith("order.change_"))
    lines = list(updates.order_by(AuditLogEntry.id))

    assert [line.action for line in lines] == ["order.change_requested", "order.change_discarded"]
    assert lines[0].after == {
        "payment_status": "PAID",
        "fields": ["payment_status", "private_notes"],
    }


def test_only_the_stores_own_updates_are_listed(counter: Counter, number: str) -> None:
    ids = [ask(counter, number, OrderChanges(tracking_number=f"RX{n}")) for n in range(4)]
    order_id = Order.get(Order.number == number).remote_id

    first = list_updates(counter.store_id, order_id=order_id, limit=3)
    rest = list_updates(
        counter.store_id, before_id=first[-1].id, states=(OrderUpdateState.WAITING,)
    )

    assert [view.id for view in first + rest] == ids[::-1]
    assert find_update(counter.store_id, ids[0]) is not None
    assert find_update(counter.store_id + 1, ids[0]) is None


def test_unknown_order_or_update_is_refused(counter: Counter, number: str) -> None:
    with pytest.raises(OrderNotFoundError):
        ask(counter, "NONE")
    with pytest.raises(OrderNotFoundError):
        discard_update(counter.store_id, 999, SENDER)
    with pytest.raises(OrderUpdateError):
        ask(counter, number, OrderChanges(payment_status="LOST"))


def test_bug_fails_visibly(counter: Counter, number: str) -> None:
    update_id = ask(counter, number)
    OrderUpdate.update(changes={"color": "red"}).execute()

    view = work(counter, update_id)

    assert (view.state, view.error) == (OrderUpdateState.FAILED, "unexpected KeyError")
