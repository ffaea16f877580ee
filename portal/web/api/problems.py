"""Error responses of the API as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, url_for
from werkzeug.exceptions import HTTPException

from portal.errors import InvalidFieldError
from portal.web.api.problem_schemas import MEMBERS, FieldError, Problem, WaitMember
from portal.web.limits import wait_of_exceeded_limit_s
from portal.web.request_ids import current_request_id

MIMETYPE = "application/problem+json"
DEFAULT_WAIT_S = 60


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
    "scope_missing": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "API key without the required scope",
        "Create a key with the scope that the detail names.",
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

# Several codes share a status. The first one in `KINDS` is the general one and wins.
_CODES_BY_STATUS = {kind.status.value: code for code, kind in reversed(KINDS.items())}


class ProblemError(HTTPException):
    """Respond with a problem; ``code`` is a key of `KINDS`, ``more`` has additional members.

    ``reason`` is the code of the invalid ``field`` in the ``errors`` of `invalid`.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        field: str | None = None,
        reason: str = "invalid",
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.more = dict(more or {})
        if code == "invalid":
            self.more["errors"] = [FieldError(field or "", reason, detail)]
        self.headers = headers or {}
        self.code = KINDS[code].status.value
        self.problem_code = code
        self.detail = detail
        self.field = field

    def to_response(self) -> Response:
        """Return the problem as an HTTP response."""
        response = problem_response(
            self.problem_code,
            self.detail,
            field=self.field,
            more=self.more,
            retry_after=self.headers.get("Retry-After"),
        )
        response.headers.update(self.headers)
        return response


def invalid_field(error: InvalidFieldError) -> ProblemError:
    """Return the problem that reports an invalid field."""
    return ProblemError("invalid", error.sentence, field=error.field or None, reason=error.code)


def problem_response(
    code: str,
    detail: str = "",
    *,
    field: str | None = None,
    more: Mapping[str, Any] | None = None,
    retry_after: str | None = None,
) -> Response:
    """Return the response for a problem; the detail defaults to the advice of its code.

    ``retry_after`` is in seconds; by default those until the exceeded limit resets, or a minute.
    """
    kind = KINDS[code]
    problem = Problem(
        type=url_for("api_docs.index", _anchor=f"problem-{code}", _external=True),
        title=kind.title,
        status=kind.status.value,
        detail=detail or kind.advice,
        code=code,
        request_id=current_request_id(),
        field=field,
    )
    document = {**msgspec.to_builtins(problem), **(more or {})}
    response = Response(status=kind.status, mimetype=MIMETYPE)
    if MEMBERS.get(code) is WaitMember:
        exceeded_s = wait_of_exceeded_limit_s() if code == "rate_limited" else None
        wait_s = int(retry_after or exceeded_s or DEFAULT_WAIT_S)
        document["retry_after_s"] = response.retry_after = wait_s
    if kind.status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.set_data(msgspec.json.encode(document))
    return response


def problem_response_for_status(status: int) -> Response:
    """Return the response for an HTTP error that the API didn't raise itself."""
    return problem_response(_CODES_BY_STATUS.get(status, "bad_request"))
