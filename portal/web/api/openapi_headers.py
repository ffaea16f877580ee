"""Headers of the API's responses in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.web.api import rate_limit_headers
from portal.web.api.problem_schemas import MEMBERS, WaitMember
from portal.web.request_ids import HEADER as REQUEST_ID

_REF = "#/components/headers/{name}"


def _header(description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string", **schema},
    }


HEADERS: Mapping[str, dict[str, Any]] = {
    REQUEST_ID: _header(
        "Identifier of this call in the portal's log: that of the request's header `Request-Id` or "
        "`X-Request-Id` if it is a UUID, or else a new one.",
        required=True,
        format="uuid",
    ),
    rate_limit_headers.POLICY: _header(
        "The limits that this call was counted by (draft-ietf-httpapi-ratelimit-headers-10): `q` "
        "calls at once, which become possible again evenly within `w` seconds. `store`: calls of "
        "the key about this store; `key`: its other calls.",
        examples=['"store";q=600;w=60'],
    ),
    rate_limit_headers.STATE: _header(
        "Calls that are possible at once by each limit (`r`), and seconds until there is one more "
        "(`t`).",
        examples=['"store";r=599;t=1'],
    ),
    "Retry-After": _header("Seconds to wait.", required=True, type="integer", minimum=0),
    "ETag": _header("Version of the content, to send as `If-None-Match`.", required=True),
    "Link": _header('URL of the next page with `rel="next"` (RFC 8288); absent on the last page.'),
    "Location": _header(
        "URL of the submission, order update or delivery.", required=True, format="uri"
    ),
    "Idempotency-Replayed": _header("`true` if an earlier request created it.", enum=["true"]),
    "WWW-Authenticate": _header("The scheme of the keys.", required=True, enum=["Bearer"]),
    "Content-Disposition": _header("Name of the file.", required=True),
}
# Every response has them.
_ALWAYS = (REQUEST_ID, rate_limit_headers.POLICY, rate_limit_headers.STATE)
_OF_PROBLEMS: Mapping[str, tuple[str, ...]] = {
    "key_missing": ("WWW-Authenticate",),
    "key_unknown": ("WWW-Authenticate",),
    "key_expired": ("WWW-Authenticate",),
    "precondition_failed": ("ETag",),
    "order_rejected": ("Location",),
    "update_conflict": ("Location",),
    **{code: ("Retry-After",) for code, members in MEMBERS.items() if members is WaitMember},
}


def headers_of(*names: str) -> dict[str, Any]:
    """Return the headers of a response: those that all have, and ``names``."""
    return {name: {"$ref": _REF.format(name=name)} for name in (*_ALWAYS, *names)}


def headers_of_problems(codes: list[str]) -> dict[str, Any]:
    """Return the headers of an error response that may have any of these problem codes.

    A header that only some of them have is optional.
    """
    own = {code: _OF_PROBLEMS.get(code, ()) for code in codes}
    found = headers_of()
    for name in dict.fromkeys(name for names in own.values() for name in names):
        is_always = all(name in names for names in own.values())
        found[name] = (
            {"$ref": _REF.format(name=name)} if is_always else HEADERS[name] | {"required": False}
        )
    return found
