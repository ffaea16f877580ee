"""Say what is wrong with a call, as RFC 9457 has it: a code, the field, a place to read on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from flask import Response, url_for
from werkzeug.exceptions import HTTPException

from portal.errors import InvalidFieldError

MIMETYPE = "application/problem+json"


class FieldError(msgspec.Struct):
    """An invalid field of the query or the body."""

    field: Annotated[str, msgspec.Meta(description="Its path, such as `lines[0].quantity`.")]
    code: Annotated[str, msgspec.Meta(description="Stable, such as `out_of_range`.")]
    message: str


class Problem(msgspec.Struct, omit_defaults=True):
    """A refused or failed call; some codes add members that show the record in question."""

    type: str  # where the code is explained
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None  # which part of the query or the body it is about
    errors: Annotated[
        list[FieldError], msgspec.Meta(description="With `invalid`: why the field was refused.")
    ] = []


@dataclass(frozen=True)
class ProblemKind:
    """Hold what is the same of all problems with one code."""

    status: HTTPStatus
    title: str
    advice: str


KINDS: dict[str, ProblemKind] = {
    "bad_request": ProblemKind(
        HTTPStatus.BAD_REQUEST, "The request makes no sense", "Compare it with the reference."
    ),
    "bad_json": ProblemKind(
        HTTPStatus.BAD_REQUEST, "The body is not JSON", "Send one JSON object, in UTF-8."
    ),
    "key_missing": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "No key was sent",
        "Send the header Authorization: Bearer followed by the key.",
    ),
    "key_unknown": ProblemKind(
        HTTPStatus.UNAUTHORIZED,
        "The key is not good",
        "It is mistyped, revoked, or was rotated more than a day ago. Make a new one.",
    ),
    "scope_missing": ProblemKind(
        HTTPStatus.FORBIDDEN,
        "The key may not do this",
        "Make a key with the scope that the detail names.",
    ),
    "not_found": ProblemKind(
        HTTPStatus.NOT_FOUND,
        "There is no such thing",
        "The address is mistyped, or what it names is out of this key's reach.",
    ),
    "method_not_allowed": ProblemKind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This can't be done here",
        "The header Allow names what can be done.",
    ),
    "conflict": ProblemKind(
        HTTPStatus.CONFLICT,
        "Not as things stand",
        "The detail says what is in the way. Read again how things stand, then decide.",
    ),
    "too_large": ProblemKind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large", "Send at most 256 KiB."
    ),
    "not_json": ProblemKind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body has another type",
        "Send it with Content-Type: application/json.",
    ),
    "invalid": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "A value is not as it must be",
        "The field says which; the detail says what is expected there.",
    ),
    "idempotency_key": ProblemKind(
        HTTPStatus.BAD_REQUEST,
        "There is no usable idempotency key",
        "Send the header Idempotency-Key: 1 to 255 characters of your own, another for each order.",
    ),
    "idempotency_key_reused": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The idempotency key was used for another order",
        "Use another key for another order; nothing was sent.",
    ),
    "order_rejected": ProblemKind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The order was not taken",
        "The submission tells why, with the quote of that moment. Order anew with another key.",
    ),
    "update_conflict": ProblemKind(
        HTTPStatus.CONFLICT,
        "The store has changed the same meanwhile",
        "The change shows both sides. Send it again to overwrite, or drop it.",
    ),
    "store_unreachable": ProblemKind(
        HTTPStatus.BAD_GATEWAY,
        "The store doesn't answer as it should",
        "Ecwid refused, or couldn't be reached. Try again in a moment; nothing was ordered.",
    ),
    "rate_limited": ProblemKind(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests",
        "Wait as many seconds as the header Retry-After says.",
    ),
    "internal": ProblemKind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something broke on our side",
        "It was written down. Try again in a moment.",
    ),
    "unavailable": ProblemKind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "We are not reachable right now",
        "Part of the portal is being restarted. Try again in a minute; nothing is lost.",
    ),
}

# Of several with one status the first is the general one.
_CODES_BY_STATUS = {kind.status.value: code for code, kind in reversed(KINDS.items())}


class ProblemError(HTTPException):
    """End the request with a problem; ``code`` is a key of `KINDS`, ``more`` what it shows."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        field: str | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.more = more or {}
        self.headers = headers or {}
        self.code = KINDS[code].status.value
        self.problem_code = code
        self.detail = detail
        self.field = field

    def answer(self) -> Response:
        """Return the problem as the answer to the request."""
        answer = problem_response(self.problem_code, self.detail, field=self.field, more=self.more)
        answer.headers.update(self.headers)
        return answer


def invalid_field(error: InvalidFieldError) -> ProblemError:
    """Return the problem that reports an invalid field."""
    errors = [FieldError(error.field, error.code, error.sentence)]
    more = {"errors": msgspec.to_builtins(errors)}
    return ProblemError("invalid", error.sentence, field=error.field or None, more=more)


def problem_response(
    code: str,
    detail: str = "",
    *,
    field: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """Return the answer for a problem; without a detail its kind's advice says what to do."""
    kind = KINDS[code]
    problem = Problem(
        type=url_for("api_docs.index", _anchor=f"problem-{code}", _external=True),
        title=kind.title,
        status=kind.status.value,
        detail=detail or kind.advice,
        code=code,
        field=field,
    )
    document = {**msgspec.to_builtins(problem), **(more or {})}
    answer = Response(msgspec.json.encode(document), status=kind.status, mimetype=MIMETYPE)
    if kind.status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def problem_response_for_status(status: int) -> Response:
    """Return the answer for an HTTP error that was not raised by the API itself."""
    return problem_response(_CODES_BY_STATUS.get(status, "bad_request"))
