"""Sender, wait time and error translation of endpoints that write to a store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from flask import request, url_for

from portal.ecwid.errors import EcwidError
from portal.errors import (
    IdempotencyKeyError,
    IdempotencyKeyReusedError,
    InvalidFieldError,
    OrderNotFoundError,
    OrderUpdateError,
    OrderUpdateStateError,
    StoreNotConnectedError,
    StoreNotWorkingError,
)
from portal.models import Store
from portal.services.orders.submit_order import OrderSender
from portal.web.api.authentication import current_key
from portal.web.api.problems import ProblemError, invalid_field

MAX_WAIT_S = 5


@contextmanager
def errors_as_problems() -> Iterator[None]:
    """Convert the errors of quotes, submissions and order updates to API problems."""
    try:
        yield
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    except OrderUpdateError as error:
        raise ProblemError("invalid", f"{error}.", field=error.field or None) from error
    except IdempotencyKeyReusedError as error:
        raise ProblemError("idempotency_key_reused") from error
    except IdempotencyKeyError as error:
        raise ProblemError("idempotency_key_invalid", field="Idempotency-Key") from error
    except OrderNotFoundError as error:
        raise ProblemError("not_found") from error
    except (StoreNotWorkingError, StoreNotConnectedError) as error:
        detail = "Nothing can be sent to the store until the merchant has restored its connection."
        raise ProblemError("conflict", detail) from error
    except OrderUpdateStateError as error:
        raise ProblemError(
            "conflict", "The update has been sent, discarded or retried in the meantime."
        ) from error
    except EcwidError as error:
        raise ProblemError("store_unreachable") from error


def sender() -> OrderSender:
    """Return the sender: the API key and its merchant."""
    key = current_key()
    return OrderSender(f"api_key {key.id}", key.merchant)


def prefer_wait_s() -> float:
    """Return how many seconds to wait for the outcome, from the `Prefer` header."""
    preferred = re.search(r"\bwait=(\d{1,3})\b", request.headers.get("Prefer", ""), re.ASCII)
    return min(int(preferred[1]), MAX_WAIT_S) if preferred else MAX_WAIT_S


def location_url(name: str, store: Store, **key: int) -> str:
    """Return the absolute URL of a submission or an order update."""
    return url_for(f"api.{name}", store_id=store.id, **key, _external=True)  # type: ignore[arg-type]


def set_fields(body: msgspec.Struct, *, without: str = "") -> dict[str, Any]:
    """Return a body as a dictionary without null values and without the field ``without``."""
    values = msgspec.to_builtins(body, builtin_types=())
    return {name: value for name, value in values.items() if name != without and value is not None}
