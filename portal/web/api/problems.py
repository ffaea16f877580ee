"""Error responses of the API as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response, url_for
from werkzeug.exceptions import HTTPException

from portal.errors import InvalidFieldError
from portal.web.api.problem_kinds import KINDS
from portal.web.api.problem_schemas import MEMBERS, FieldError, Problem, WaitMember
from portal.web.limits import wait_of_exceeded_limit_s
from portal.web.request_ids import current_request_id

MIMETYPE = "application/problem+json"
DEFAULT_WAIT_S = 60
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
