"""Exchange of an authorization code for a token, at most once for each code.

A second exchange of a code at Ecwid fails and revokes the token that the first one gave (older
official docs, "OAuth"). So a callback that a browser repeats never reaches Ecwid again.
"""

from __future__ import annotations

from datetime import timedelta

from portal.ecwid.oauth import TokenResponse
from portal.errors.connect import TokenResponseError
from portal.services.connection.used_once import mark_used, unmark_used
from portal.services.runtime import Runtime

USED_CODE_PREFIX = "portal:oauth-code:"
USED_CODE_TTL = timedelta(days=7)


def exchange_code(runtime: Runtime, code: str, store_id: int | None) -> TokenResponse:
    """Exchange ``code`` for a token; ``store_id`` is the callback's untrusted claim.

    Raises TokenResponseError. If that is retryable, the same code may be exchanged again.
    """
    if not mark_used(runtime, USED_CODE_PREFIX, code, USED_CODE_TTL):
        raise TokenResponseError("the code was used before")
    try:
        return runtime.oauth.exchange(code, store_id)
    except TokenResponseError as error:
        if error.retryable:
            unmark_used(runtime, USED_CODE_PREFIX, code)
        raise
