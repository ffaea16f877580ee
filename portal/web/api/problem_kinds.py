"""Kinds of the API's problems: code, HTTP status, title and advice."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class ProblemKind:
    """HTTP status, title and default detail of all problems with one code."""

    status: HTTPStatus
    title: str
    advice: str


KINDS: dict[str, ProblemKind] = {
    "bad_request": ProblemKind(
        HTTPStatus.BAD_REQUEST, "Bad request", "Compare the request with the API reference."
    ),
    "bad_json": ProblemKind(
        HTTPStatus.BAD_REQUEST,
        "The body is not valid JSON",
        "Send one JSON object, encoded in UTF-8.",
    ),
    "key_missing": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "API key missing",
        "Send the header Authorization: Bearer followed by the key.",
    ),
    "key_unknown": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "Invalid API key",
        "The key is mistyped, revoked, or was rotated more than a day ago. Create a new key.",
    ),
    "key_expired": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "The API key has expired",
        "Create a new key. The team that made this one chose its last day.",
    ),
    "scope_missing": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "API key without the required scope",
        "Create a key with the scope that the detail names.",
    ),
    "key_suspended": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "The API key is suspended",
        "The person who made it has suspended it, and can resume it on the page API keys.",
    ),
    "address_not_allowed": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "The API key can't be used from this address",
        "The key is limited to networks. Call from one of them, or create another key.",
    ),
    "store_disconnected": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "The store is disconnected",
        "Its merchant has disconnected it. Nothing of it can be read or written until it is "
        "connected again, which the event store.connected reports.",
    ),
    "not_found": ProblemKind(
        HTTPStatus.NOT_FOUND,
        "Not found",
        "The URL is mistyped, the resource doesn't exist, or the key has no access to it.",
    ),
    "method_not_allowed": ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "Method not allowed",
        "The header Allow lists the methods that this URL supports.",
    ),
    "conflict": ProblemKind(
        HTTPStatus.CONFLICT,
        "Conflict with the current state",
        "The detail gives the reason. Read the resource again before you retry.",
    ),
    "gone": ProblemKind(
        HTTPStatus.GONE,
        "The record is gone",
        "The store deleted it, or no longer offers it to your channel; `reason` says which. Delete "
        "your copy.",
    ),
    "cursor_expired": ProblemKind(
        HTTPStatus.GONE,
        "The cursor has expired",
        "Take the cursor of after=now, and read the lists in full.",
    ),
    "too_large": ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", "Send at most 256 KiB."
    ),
    "not_json": ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Unsupported content type",
        "Send the body with Content-Type: application/json.",
    ),
    "invalid": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Invalid value",
        "The field member names the invalid field; the detail says what is expected.",
    ),
    "idempotency_key_invalid": ProblemKind(
        HTTPStatus.BAD_REQUEST,
        "Idempotency key missing or invalid",
        "Send the header Idempotency-Key with 1 to 255 characters, unique for each order.",
    ),
    "idempotency_key_reused": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Idempotency key reused with another order",
        "Use a new key for each order. Nothing was sent to the store.",
    ),
    "order_rejected": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Order rejected",
        "The submission contains the reasons and a new quote. Submit again with a new key.",
    ),
    "update_conflict": ProblemKind(
        HTTPStatus.CONFLICT,
        "The store has changed the same fields",
        "The update contains both values. Send it again to overwrite, or drop it.",
    ),
    "store_not_working": ProblemKind(
        HTTPStatus.CONFLICT,
        "The store takes no orders now",
        "The detail gives the reason. Nothing can be sent to the store until it works again.",
    ),
    "precondition_failed": ProblemKind(
        HTTPStatus.PRECONDITION_FAILED,
        "The order has changed",
        "The order isn't as you saw it: current has its values, the header ETag its version.",
    ),
    "precondition_required": ProblemKind(
        HTTPStatus.PRECONDITION_REQUIRED,
        "Expected status missing",
        "Send If-Match with the order's ETag, or the statuses that you saw as expected.",
    ),
    "store_unreachable": ProblemKind(
        HTTPStatus.BAD_GATEWAY,
        "Ecwid is unavailable",
        "Ecwid could not be reached or refused the call. Nothing was ordered. Try again soon.",
    ),
    "rate_limited": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "Wait for the number of seconds in the header Retry-After.",
    ),
    "store_busy": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "The store's quota at Ecwid is used up",
        "Nothing was ordered. Wait for the number of seconds in the header Retry-After.",
    ),
    "too_many_waiting": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many calls are waiting",
        "Send fewer calls with wait at the same time, or poll without it.",
    ),
    "internal": ProblemKind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Internal error",
        "The error is logged. Try again soon.",
    ),
    "unavailable": ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Service unavailable",
        "Part of the portal is restarting. Try again in a minute. No data is lost.",
    ),
}
