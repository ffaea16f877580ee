"""Headers that report the rate limits of the API.

They follow draft-ietf-httpapi-ratelimit-headers-10 (27 September 2025), sections 3 and 4:
`RateLimit-Policy` names each limit with its quota ``q`` and its window ``w`` in seconds,
`RateLimit` has what remains of it ``r`` and the seconds ``t`` until it is reset.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from portal.web.limits import LimitState, limit_states

POLICY = "RateLimit-Policy"
STATE = "RateLimit"
# Names of the limits: the calls of a key about one store, its other calls, calls without a key, and
# calls whose key is refused, by IP address.
OF_STORE, OF_KEY, OF_ADDRESS, OF_REFUSED = "store", "key", "address", "refused-key"


def set_up_rate_limit_headers(app: Flask) -> None:
    """Add the headers to the API's responses.

    Must precede `set_up_limits`, because functions that are registered later run earlier, and a
    refused key is counted after its response is known.
    """
    app.after_request(_add_headers)


def name_limit(name: str) -> None:
    """Name the limit that all endpoints share for this call."""
    g.rate_limit_name = name


def name_own_limit(name: str) -> None:
    """Name the limit that only this endpoint has."""
    g.own_limit_name = name


def _add_headers(response: Response) -> Response:
    if request.blueprint == "api" and (states := limit_states()):
        response.headers[POLICY] = ", ".join(map(_policy, states))
        response.headers[STATE] = ", ".join(map(_remaining, states))
    return response


def _policy(state: LimitState) -> str:
    return f'"{_name(state)}";q={state.quota};w={state.window_s}'


def _remaining(state: LimitState) -> str:
    return f'"{_name(state)}";r={state.remaining};t={state.resets_in_s}'


def _name(state: LimitState) -> str:
    if state.is_shared:
        return str(g.get("rate_limit_name", OF_ADDRESS))
    return str(g.get("own_limit_name", OF_REFUSED))
