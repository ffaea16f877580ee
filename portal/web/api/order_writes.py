"""Sender, wait time and error translation of endpoints that write to a store."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from flask import request, url_for

from portal.ecwid.errors import EcwidError, EcwidRateLimitError, EcwidSuspendedError
from portal.errors import InvalidFieldError, StoreNotConnectedError
from portal.errors.orders import (
    IdempotencyKeyError,
    IdempotencyKeyReusedError,
    OrderError,
    OrderNotFoundError,
    OrderPreconditionError,
    OrderPreconditionMissingError,
    OrderShippedError,
    OrderUpdateError,
    OrderUpdateStateError,
    StoreNotWorkingError,
)
from portal.models import KeyMode, Store, StoreState
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_changes import statuses_of
from portal.services.channels.sale_terms import CHANNEL_SENDER
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_preconditions import ANY_VERSION
from portal.web.api.authentication import current_key, may_use
from portal.web.api.problems import ProblemError, invalid_field
from portal.web.outside_calls import spare_slot

MAX_WAIT_S = 5
# Code, detail and field of the errors that have no data of their own.
PROBLEMS: dict[type[OrderError], tuple[str, str, str | None]] = {
    IdempotencyKeyReusedError: ("idempotency_key_reused", "", None),
    IdempotencyKeyError: ("idempotency_key_invalid", "", "Idempotency-Key"),
    OrderNotFoundError: ("not_found", "", None),
    OrderShippedError: (
        "conflict",
        "The order is on its way or delivered, so it can't be canceled.",
        None,
    ),
    OrderUpdateStateError: (
        "conflict",
        "The update has been sent, discarded or retried in the meantime.",
        None,
    ),
}
# Reasons why a store takes no orders, by its state.
NOT_WORKING: dict[str, str] = {
    StoreState.CONNECTING: "The store is being connected. Try again in a minute.",
    StoreState.ACTION_REQUIRED: "The merchant must grant the missing permissions again.",
    StoreState.RECONNECT: "The merchant must connect the store again.",
    StoreState.PLAN_BLOCKED: "The store's plan at Ecwid doesn't include the API.",
    StoreState.SUSPENDED: "The store is paused by the merchant, or suspended by Ecwid.",
    StoreState.DISCONNECTED: "The merchant has disconnected the store.",
}


@contextmanager
def errors_as_problems() -> Iterator[None]:
    """Convert the errors of quotes, submissions and order updates to API problems."""
    try:
        yield
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    except StoreNotConnectedError as error:
        raise _not_working(StoreState.DISCONNECTED) from error
    except OrderError as error:
        raise _problem_of(error) from error
    except EcwidError as error:
        raise _problem_of_store(error) from error


def _problem_of(error: OrderError) -> ProblemError:
    match error:
        case OrderUpdateError():
            return ProblemError(
                "invalid", f"{error}.", field=error.field or None, reason="invalid_choice"
            )
        case StoreNotWorkingError():
            return _not_working(error.state)
        case OrderPreconditionMissingError():
            return ProblemError("precondition_required", field=f"expected.{error.field}")
        case OrderPreconditionError():
            headers = {"ETag": f'W/"{error.version}"'}
            more = {"current": readable_values(error.current)}
            return ProblemError("precondition_failed", more=more, headers=headers)
    code, detail, field = PROBLEMS[type(error)]
    return ProblemError(code, detail, field=field)


def _problem_of_store(error: EcwidError) -> ProblemError:
    if isinstance(error, EcwidRateLimitError):
        headers = {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
        return ProblemError("store_busy", headers=headers)
    if isinstance(error, EcwidSuspendedError):
        return _not_working(StoreState.SUSPENDED)
    return ProblemError("store_unreachable")


def _not_working(state: str) -> ProblemError:
    return ProblemError("store_not_working", NOT_WORKING.get(state, ""), more={"state": state})


def readable_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an order that the calling key may read: statuses, or all of them."""
    return dict(values) if may_use(KeyScope.READ_ORDERS) else statuses_of(values)


def sender() -> OrderSender:
    """Return the sender: the key's channel, and its merchant if it has one.

    The keys of a channel share their submissions, and those of one mode their idempotency keys.
    """
    key = current_key()
    name = f"{CHANNEL_SENDER} {key.channel_id}"
    return OrderSender(name, key.merchant, f"api_key {key.id}", KeyMode(key.mode))


def seen_versions() -> set[str] | None:
    """Return the versions of the order in the header `If-Match`, None without it."""
    if "If-Match" not in request.headers:
        return None
    if request.if_match.star_tag:
        return {ANY_VERSION}
    return {tag.partition("-")[0] for tag in request.if_match.as_set(include_weak=True)}


@contextmanager
def wait_s() -> Iterator[float]:
    """Yield how many seconds the block may wait for the outcome, from the `Prefer` header.

    The outcome depends on Ecwid, so the block waits in a slot, and not at all if none is free.
    """
    preferred = re.search(r"\bwait=(\d{1,3})\b", request.headers.get("Prefer", ""), re.ASCII)
    with spare_slot() as has_slot:
        if not has_slot:
            yield 0.0
        else:
            yield min(int(preferred[1]), MAX_WAIT_S) if preferred else MAX_WAIT_S


def location_url(name: str, store: Store, **key: int) -> str:
    """Return the absolute URL of a submission or an order update."""
    return url_for(f"api.{name}", store_id=store.id, **key, _external=True)  # type: ignore[arg-type]


def polled(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers of a 202, whose `Location` is worth another look in a second."""
    return {**headers, "Retry-After": "1"}


def set_fields(body: msgspec.Struct, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Return a body as a dictionary without null values and without the fields ``without``."""
    values = msgspec.to_builtins(body, builtin_types=())
    return {n: value for n, value in values.items() if n not in without and value is not None}
