"""Mapping of error responses to errors, by status, error code and reason phrase.

Source: the error tables of the Ecwid REST API v3. Not documented, but observed on the live service:
a dead token gets a 403 without a body. A 403 without a code may also be about one scope or feature,
which then only the message or the reason phrase names (older official docs, "Errors").
"""

from __future__ import annotations

import re
from dataclasses import replace

import requests
import simplejson

from portal.ecwid.errors import (
    CallFacts,
    EcwidConflictError,
    EcwidError,
    EcwidFeatureError,
    EcwidInvalidError,
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
    EcwidUnavailableError,
    EcwidUnreadableError,
)

# Ecwid's own client waits this long if a 429 has no Retry-After header.
DEFAULT_RETRY_AFTER_S = 10.0
MAX_RETRY_AFTER_S = 86_400.0
# Ecwid's messages are logged and stored in the database.
MAX_MESSAGE_LENGTH = 300

_BY_STATUS: dict[int, type[EcwidError]] = {
    400: EcwidInvalidError,
    401: EcwidTokenError,
    402: EcwidPlanError,
    404: EcwidNotFoundError,
    405: EcwidInvalidError,
    408: EcwidUnavailableError,
    409: EcwidConflictError,
    413: EcwidInvalidError,
    415: EcwidInvalidError,
    422: EcwidInvalidError,
}


_FORBIDDEN_BY_WORDS: tuple[tuple[re.Pattern[str], type[EcwidError]], ...] = (
    (
        re.compile(r"\bscopes?\b|\bpermissions?\b|\b(?:read|create|update|delete)_[a-z]", re.I),
        EcwidScopeError,
    ),
    (re.compile(r"\bfeatures?\b|\bplan\b|\bupgrade\b", re.I), EcwidFeatureError),
)


def error_from_response(response: requests.Response, body: bytes, facts: CallFacts) -> EcwidError:
    """Return the error for this response, with Ecwid's code and message."""
    code, message = _parse_error_body(body)
    facts = replace(facts, code=code)
    if response.status_code == requests.codes.too_many_requests:
        return EcwidRateLimitError(facts, _retry_after_s(response))
    if response.status_code >= requests.codes.server_error:
        return EcwidUnavailableError(facts, message)
    # Some explanations are only in the HTTP reason phrase.
    detail = message or _one_line(response.reason)
    return _error_class(response.status_code, code, detail)(facts, detail)


# Source: Ecwid's page of error codes, whose entry of STORE_IS_SUSPENDED links to the help article
# about the merchant's own pause (the Suspension plan).
def _error_class(status: int, code: str | None, detail: str) -> type[EcwidError]:
    if status == requests.codes.payment_required and (
        code == "STORE_IS_SUSPENDED" or (code is None and "suspended" in detail.lower())
    ):
        return EcwidSuspendedError
    if status == requests.codes.forbidden:
        return _forbidden_error_class(code)
    # The remaining statuses are redirects and undocumented ones: no usable response.
    return _BY_STATUS.get(status, EcwidUnreadableError)


def _forbidden_error_class(code: str | None) -> type[EcwidError]:
    if code == "INSUFFICIENT_APP_SCOPE":
        return EcwidScopeError
    if code and code.endswith("_FEATURE_NOT_AVAILABLE"):
        return EcwidFeatureError
    return EcwidTokenError


def explained_refusal(error: EcwidTokenError) -> EcwidError:
    """Return the error that Ecwid's words explain, once the token has been verified as valid.

    Returns ``error`` itself if they explain nothing: the endpoint refuses for unknown reasons.
    """
    if error.facts.status != requests.codes.forbidden or error.facts.code == "INVALID_API_TOKEN":
        return error
    for words, kind in _FORBIDDEN_BY_WORDS:
        if words.search(error.message):
            return kind(error.facts, error.message)
    return error


def _parse_error_body(body: bytes) -> tuple[str | None, str]:
    try:
        content = simplejson.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(content, dict):
        return None, ""
    code, message = (_one_line(content.get(name)) for name in ("errorCode", "errorMessage"))
    return code or None, message


def _one_line(value: object) -> str:
    """Return a text as one line that is safe to log and store; empty if there is none."""
    text = value if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:MAX_MESSAGE_LENGTH]


def _retry_after_s(response: requests.Response) -> float:
    text = response.headers.get("Retry-After", "")
    if not text.isdecimal():
        return DEFAULT_RETRY_AFTER_S
    return min(max(1.0, float(text)), MAX_RETRY_AFTER_S)
