"""HTTP transport that sends one REST call and returns its JSON, or raises the matching error."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from threading import Lock
from typing import Any

import requests
import simplejson
from requests import Response
from tenacity import (
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as UrllibTimeoutError

from portal.ecwid.call_log import log_call
from portal.ecwid.error_responses import error_from_response, explained_refusal
from portal.ecwid.errors import (
    CallFacts,
    EcwidError,
    EcwidRateLimitError,
    EcwidTimeoutError,
    EcwidTokenError,
    EcwidTooLargeError,
    EcwidUnavailableError,
)
from portal.ecwid.rate_limiter import TokenRateLimiter
from portal.ecwid.response_json import decode_response
from portal.ecwid.timed_responses import TimedAdapter
from portal.outside_calls import seconds_left

CONNECT_TIMEOUT_S = 5
# For a response as a whole, also if it arrives byte by byte.
READ_TIMEOUT_S = 20
# A page of 100 products with long descriptions is about 2 MB.
MAX_BODY_BYTES = 64 * 1024 * 1024
# Every valid token can read this path, whatever its scopes.
PROFILE = "/profile"
CHUNK_BYTES = 256 * 1024

# Methods that are safe to repeat. A POST is never retried, because it may have taken effect.
IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
ATTEMPTS = 3

Params = Mapping[str, str | int | None]


def open_http(pool_size: int = 256) -> requests.Session:
    """Return a keep-alive HTTP connection pool for all stores, shared by a process."""
    http = requests.Session()
    adapter = TimedAdapter(pool_connections=4, pool_maxsize=pool_size)
    http.mount("https://", adapter)
    http.mount("http://", adapter)
    # Proxies and .netrc of the environment must not change where a token is sent.
    http.trust_env = False
    return http


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed soon: no connection, or an immediate 5xx.

    A call is not retried after a read timeout: the caller has already waited 20 seconds.
    """
    if not isinstance(error, EcwidUnavailableError) or isinstance(error, EcwidTimeoutError):
        return False
    status = error.facts.status
    return status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass
class Transport:
    """HTTP access to one store; safe to use from several threads.

    ``requests`` counts the calls sent. ``received_bytes`` counts the response bodies as they came
    over the wire, usually compressed. Without a ``rate_limiter``, calls are not limited. With
    ``is_bulk``, calls need not be made one after the other, because many follow.
    """

    http: requests.Session
    api_url: str
    store_id: int
    access_token: str = field(repr=False)
    rate_limiter: TokenRateLimiter | None = None
    requests: int = 0
    received_bytes: int = 0
    is_bulk: bool = False
    read_timeout_s: float | None = None  # READ_TIMEOUT_S
    _counter_lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def get(self, path: str, params: Params | None = None) -> Any:
        """Return the decoded response of ``GET /{store_id}{path}``."""
        return self.call("GET", path, params=params)

    def call(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> Any:
        """Send one call and return its JSON with Decimals; parameters that are None are left out.

        NaN, Infinity and numbers too long for Python become texts. A temporary failure of an
        idempotent call is retried at most twice, each time within the quota. Raises the subclass of
        EcwidError that matches the response.
        """
        return decode_response(*self.send(method, path, params=params, body=body))

    def send(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> tuple[bytes, CallFacts]:
        """Send one call like `call`; return the response undecoded, and the facts of the call."""
        if method not in IDEMPOTENT:
            return self._send(method, path, params, body)
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.2, max=1.5),
            retry=retry_if_exception(is_transient),
            reraise=True,
        )
        return retrying(self._send, method, path, params, body)

    def _send(
        self, method: str, path: str, params: Params | None, body: Any
    ) -> tuple[bytes, CallFacts]:
        limiter = self.rate_limiter
        if limiter is not None and (wait_s := limiter.acquire(is_bulk=self.is_bulk)) > 0:
            facts = CallFacts(self.store_id, method, path)
            if wait_s == math.inf:
                raise EcwidTokenError(facts, "not sent: the token was refused before")
            raise EcwidRateLimitError(facts, wait_s)
        try:
            return self._exchange_or_suspect(method, path, params, body)
        except BaseException:
            # A successful response has released the lock as soon as its headers arrived. A refused
            # call keeps the lock until the token is marked as suspect, so that no other call starts
            # before.
            self._release_token()
            raise

    def _exchange_or_suspect(
        self, method: str, path: str, params: Params | None, body: Any
    ) -> tuple[bytes, CallFacts]:
        try:
            return self._exchange(method, path, params, body)
        except EcwidTokenError as error:
            explained = explained_refusal(error) if self._is_confirmed_valid() else error
            if explained is not error:
                raise explained from error
            raise

    def _is_confirmed_valid(self) -> bool:
        """Verify the token unless another caller does; return True if it is valid."""
        if self.rate_limiter is None or not self.rate_limiter.mark_suspect():
            return False
        return self.rate_limiter.confirm(lambda: self._exchange("GET", PROFILE, None, None))

    def _exchange(
        self, method: str, path: str, params: Params | None, body: Any
    ) -> tuple[bytes, CallFacts]:
        request_id = uuid.uuid4().hex[:8]
        facts = CallFacts(self.store_id, method, path, request_id=request_id)
        left_s = seconds_left()
        if left_s <= 0:
            raise EcwidTimeoutError(facts, "the time of the web request is used up")
        self._count(requests=1)
        started_s = time.monotonic()
        try:
            response = self.http.request(
                method,
                f"{self.api_url}/{self.store_id}{path}",
                params={k: v for k, v in (params or {}).items() if v is not None},
                data=None if body is None else simplejson.dumps(body, use_decimal=True).encode(),
                headers=self._headers(request_id),
                timeout=(
                    min(CONNECT_TIMEOUT_S, left_s),
                    min(self.read_timeout_s or READ_TIMEOUT_S, left_s),
                ),
                allow_redirects=False,
                stream=True,
            )
            facts = replace(facts, status=response.status_code)
            if response.ok:
                # The token is valid: other calls needn't wait for the rest of a long page.
                self._release_token()
            with response:
                text = self._read_body(response, facts)
        except (requests.Timeout, UrllibTimeoutError) as error:
            is_begun = facts.status == HTTPStatus.OK
            kind = EcwidTooLargeError if is_begun else EcwidTimeoutError
            raise kind(facts, type(error).__name__) from error
        except (requests.RequestException, HTTPError) as error:
            raise EcwidUnavailableError(facts, type(error).__name__) from error
        finally:
            log_call(method, path, facts.status, time.monotonic() - started_s)
        if response.status_code >= requests.codes.multiple_choices:
            raise self._error_from(response, text, facts)
        if self.rate_limiter is not None:
            self.rate_limiter.record_call(time.monotonic() - started_s)
        return text, facts

    def _release_token(self) -> None:
        if self.rate_limiter is not None:
            self.rate_limiter.release()

    def _read_body(self, response: Response, facts: CallFacts) -> bytes:
        body = bytearray()
        try:
            # iter_content doesn't report how many bytes came over the wire in chunked responses.
            while chunk := response.raw.read(CHUNK_BYTES, decode_content=True):
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise EcwidTooLargeError(
                        facts, f"the response is larger than {MAX_BODY_BYTES} bytes"
                    )
        finally:
            self._count(received_bytes=response.raw.tell())
        return bytes(body)

    def _count(self, *, requests: int = 0, received_bytes: int = 0) -> None:
        with self._counter_lock:
            self.requests += requests
            self.received_bytes += received_bytes

    def _error_from(self, response: Response, text: bytes, facts: CallFacts) -> EcwidError:
        # Ecwid's messages end up in our errors and may quote the token.
        error = error_from_response(
            response, text.replace(self.access_token.encode(), b"[token]"), facts
        )
        if isinstance(error, EcwidRateLimitError) and self.rate_limiter is not None:
            self.rate_limiter.block(error.retry_after_s)
        return error

    def _headers(self, request_id: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.access_token}",
            "Content-Type": "application/json;charset=utf-8",
            "Accept": "application/json",
            "X-Ecwid-Api-Request-Id": request_id,
        }
