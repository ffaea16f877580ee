"""A submission is a row before anything is sent, one per idempotency key."""

from __future__ import annotations

import threading
import time

import pytest
from msgspec import structs
from rq import Queue
from rq.serializers import JSONSerializer

from portal.errors import InvalidFieldError
from portal.errors.orders import (
    IdempotencyKeyError,
    IdempotencyKeyReusedError,
    StoreNotWorkingError,
)
from portal.models import Order, OrderSubmission, OrderUpdateState, Store
from portal.rules.connection.store_states import StoreState
from portal.rules.orders.order_changes import OrderChanges
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders import submissions
from portal.services.orders.order_updates import wait_for_update
from portal.services.orders.send_order_updates import send_order_updates, wake_waiting_updates
from portal.services.orders.submissions import (
    find_submission,
    list_submissions,
    wait_for_submission,
)
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.orders.update_order import request_update
from portal.services.orders.waiting_submissions import wake_waiting_submissions
from tests.services.orders.conftest import SENDER, Counter, let_pass

DAY_S = 24 * 3600


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, because concurrent requests must give one submission on each."""
    return str(request.getfixturevalue(f"{request.param}_database_url"))


def queued(counter: Counter) -> list[tuple[str, tuple[int, ...]]]:
    queue = Queue("orders", connection=counter.runtime.redis, serializer=JSONSerializer)
    return [(job.func_name.rpartition(".")[2], tuple(job.args)) for job in queue.jobs]


@pytest.mark.promise(1)
@pytest.mark.promise(7)
def test_submission_is_a_row_and_then_one_job(counter: Counter) -> None:
    view = counter.submit()

    assert (view.state, view.is_finished) == (SubmissionState.RECEIVED, False)
    assert view.request is not None
    assert view.request["email"] == "Ada@Shopper.example"
    assert queued(counter) == [("submit_order", (view.id,))]
    assert counter.orders() == []


@pytest.mark.promise(7)
def test_repeated_request_is_the_same_submission(counter: Counter) -> None:
    request = counter.request()
    first = counter.submit(request)

    again = submit_order(counter.runtime, counter.store_id, SENDER, "key-1", request)

    assert (again.submission.id, again.is_replayed) == (first.id, True)
    assert len(queued(counter)) == 1


def test_key_of_an_old_order_can_be_used_again(counter: Counter) -> None:
    request = counter.request()
    first = counter.work(counter.submit(request).id)
    let_pass(first.id, 29 * DAY_S)
    assert counter.submit(request).id == first.id
    let_pass(first.id, 2 * DAY_S)

    other = counter.submit(counter.request(comment="Ring twice"))

    assert other.id != first.id
    assert other.idempotency_key == "key-1"
    assert counter.now(first.id).idempotency_key == f"until submission {first.id}: key-1"


def test_request_with_other_line_ends_is_the_same(counter: Counter) -> None:
    request = structs.replace(counter.request(), comment="Ring\r\ntwice")
    first = counter.submit(request)

    again = counter.submit(structs.replace(request, comment="Ring\ntwice"))

    assert again.id == first.id


def test_idempotency_key_is_valid_for_one_order(counter: Counter) -> None:
    request = counter.request()
    counter.submit(request)

    with pytest.raises(IdempotencyKeyReusedError):
        counter.submit(structs.replace(request, comment="Please hurry"))

    assert OrderSubmission.select().count() == 1


@pytest.mark.promise(7)
def test_a_request_repeats_one_that_was_stored_before_fields_were_renamed(
    counter: Counter,
) -> None:
    request = counter.request(price_tolerance="0.50", fulfillment_status="SHIPPED")
    first = counter.submit(request)
    assert first.request is not None
    old = dict(first.request)
    old["accepted_drift"] = old.pop("price_tolerance")  # codespell:ignore
    old["fulfilment_status"] = old.pop("fulfillment_status")
    OrderSubmission.update(request=old, fingerprint="old").execute()

    again = submit_order(counter.runtime, counter.store_id, SENDER, "key-1", request)
    with pytest.raises(IdempotencyKeyReusedError):
        counter.submit(structs.replace(request, comment="Please hurry"))

    assert (again.submission.id, again.is_replayed) == (first.id, True)
    counter.work(first.id)
    assert counter.orders()[0]["fulfillmentStatus"] == "SHIPPED"


def test_a_quote_that_was_stored_before_fields_were_renamed_is_shown_with_the_new_names(
    counter: Counter,
) -> None:
    view = counter.work(counter.submit().id)
    assert view.quote is not None
    old = dict(view.quote)
    old["drift"] = old.pop("price_difference")  # codespell:ignore
    old["remarks"] = old.pop("warnings")
    old["problems"], old["made_at"] = old.pop("validation_errors"), old.pop("created_at")
    failures = [{"short_by": "1.00"}]
    old["coupon"] = {"remark": "x", "items_off": "0.00", "shipping_off": "0.00"}
    old["coupon"]["failures"] = failures
    old["lines"] = [dict(old["lines"][0], options={"drift": "x"})]  # codespell:ignore
    old["lines"][0]["drift"] = old["lines"][0].pop("price_difference")  # codespell:ignore
    OrderSubmission.update(quote=old).execute()

    quote = counter.now(view.id).quote

    assert quote is not None
    assert quote.keys() == view.quote.keys()
    assert quote["lines"][0].keys() == view.quote["lines"][0].keys()
    assert quote["lines"][0]["options"] == {"drift": "x"}  # codespell:ignore
    assert quote["coupon"] == {
        "warning": "x",
        "items_discount": "0.00",
        "shipping_discount": "0.00",
        "failures": [{"shortfall": "1.00"}],
    }


@pytest.mark.promise(7)
def test_erased_request_is_still_recognized(counter: Counter) -> None:
    request = counter.request()
    first = counter.submit(request)
    OrderSubmission.update(request=None, email=None).execute()

    again = submit_order(counter.runtime, counter.store_id, SENDER, "key-1", request)
    with pytest.raises(IdempotencyKeyReusedError):
        counter.submit(structs.replace(request, comment="Please hurry"))

    assert (again.submission.id, again.is_replayed) == (first.id, True)


def test_same_key_of_another_sender_is_another_submission(counter: Counter) -> None:
    request = counter.request()
    sent = [
        submit_order(
            counter.runtime, counter.store_id, OrderSender(name), key, request
        ).submission.id
        for name, key in (("api_key 7", "a"), ("api_key 8", "a"), ("api_key 7", "b"))
    ]

    assert len(set(sent)) == 3


@pytest.mark.promise(7)
def test_concurrent_requests_get_one_submission(counter: Counter) -> None:
    request = counter.request()
    begin = threading.Barrier(6)
    heard: list[tuple[int, bool]] = []

    def send() -> None:
        with counter.runtime.database.connection_context():
            begin.wait()
            done = submit_order(counter.runtime, counter.store_id, SENDER, "key-1", request)
            heard.append((done.submission.id, done.is_replayed))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({submission_id for submission_id, _ in heard}) == 1
    assert sorted(is_replayed for _, is_replayed in heard) == [False] + [True] * 5


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_invalid_idempotency_key_is_refused(counter: Counter, key: str) -> None:
    with pytest.raises(IdempotencyKeyError):
        counter.submit(key=key)


def test_order_needs_an_email_and_a_working_store(counter: Counter) -> None:
    request = counter.request()
    with pytest.raises(InvalidFieldError) as refused:
        counter.submit(structs.replace(request, email=None))
    Store.update(state=StoreState.SUSPENDED).execute()
    with pytest.raises(StoreNotWorkingError):
        counter.submit(request)

    assert refused.value.field == "email"
    assert OrderSubmission.select().count() == 0


def test_waiting_returns_the_result_or_the_state_after_the_timeout(counter: Counter) -> None:
    view = counter.submit()

    assert not wait_for_submission(view.id, timeout_s=0).is_finished
    counter.work(view.id)
    assert wait_for_submission(view.id).state == SubmissionState.SUBMITTED


def test_waiting_ends_when_the_order_can_be_read(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = counter.submit()
    counter.fault("/orders/", 404)
    assert counter.work(view.id).order_id is not None
    assert Order.select().count() == 0

    with monkeypatch.context() as patch:
        patch.setattr(submissions, "MIRROR_WAIT_S", 0)
        assert wait_for_submission(view.id).state == SubmissionState.SUBMITTED

    with monkeypatch.context() as patch:

        def sync_while_waiting(_seconds: float) -> None:
            patch.undo()
            counter.sync()

        patch.setattr(time, "sleep", sync_while_waiting)
        assert wait_for_submission(view.id).order_id == Order.get().remote_id


def test_order_is_created_and_updated_on_both_databases(counter: Counter) -> None:
    counter.coupon(usesLimit="ONCEPERCUSTOMER")
    view = counter.work(counter.submit(counter.request(coupon_code="TEN")).id)
    assert view.order_number is not None
    change = OrderChanges(tracking_number="RX1")
    runtime, store_id = counter.runtime, counter.store_id
    asked = request_update(runtime, store_id, view.order_number, change, SENDER)

    # The request has woken its job; a sweep replaces a lost one.
    runtime.redis.flushall()
    assert wake_waiting_submissions(runtime) == 0
    assert wake_waiting_updates(runtime) == 1
    send_order_updates(runtime, store_id)

    assert wait_for_update(asked.id).state == OrderUpdateState.SENT


def test_only_the_stores_own_submissions_are_listed(counter: Counter) -> None:
    request = counter.request()
    ids = [counter.submit(request, key=f"k{n}").id for n in range(5)]
    counter.work(ids[0])

    first = list_submissions(counter.store_id, limit=3)
    rest = list_submissions(counter.store_id, before_id=first[-1].id, limit=3)
    done = list_submissions(counter.store_id, states=(SubmissionState.SUBMITTED,))

    assert [view.id for view in first + rest] == ids[::-1]
    assert [view.id for view in done] == ids[:1]
    assert [step.state for step in done[0].history][-1] == SubmissionState.SUBMITTED
    assert list_submissions(counter.store_id, sender="merchant 3") == []
    assert find_submission(counter.store_id + 1, ids[0]) is None
