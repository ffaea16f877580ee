"""Headers that report the rate limits of the API.

They follow draft-ietf-httpapi-ratelimit-headers-10 (27 September 2025), sections 3 and 4:
`RateLimit-Policy` names each limit with its quota ``q`` and its window ``w`` in seconds,
`RateLimit` has what remains of it ``r`` and the seconds ``t`` until there is more. The quota of a
token bucket is its burst, and the window is the time in which the empty bucket becomes full.
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, Response, request

from portal.rules.api_keys.token_bucket import BucketState
from portal.web.api.call_limits import bucket_states
from portal.web.limits import LimitState, limit_states

POLICY = "RateLimit-Policy"
STATE = "RateLimit"
# Names of the limits by IP address: calls without a key, and calls whose key is refused.
OF_ADDRESS, OF_REFUSED = "address", "refused-key"


class _Limit(NamedTuple):
    """Values of one limit in the headers; times are in seconds."""

    name: str
    quota: int
    window_s: int
    remaining: int
    reset_s: int


def set_up_rate_limit_headers(app: Flask) -> None:
    """Add the headers to the API's responses.

    Must precede `set_up_limits`, because functions that are registered later run earlier, and a
    refused key is counted after its response is known.
    """
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    if request.blueprint != "api":
        return response
    limits = [*map(_of_bucket, bucket_states()), *map(_of_address, limit_states())]
    if limits:
        response.headers[POLICY] = ", ".join(
            f'"{each.name}";q={each.quota};w={each.window_s}' for each in limits
        )
        response.headers[STATE] = ", ".join(
            f'"{each.name}";r={each.remaining};t={each.reset_s}' for each in limits
        )
    return response


def _of_bucket(state: BucketState) -> _Limit:
    name, limit = state.bucket.name, state.bucket.limit
    return _Limit(name, limit.burst, limit.window_s, state.remaining, state.wait_s)


def _of_address(state: LimitState) -> _Limit:
    name = OF_ADDRESS if state.is_shared else OF_REFUSED
    return _Limit(name, state.quota, state.window_s, state.remaining, state.resets_in_s)
