"""Send one REST call and return its JSON, or raise the error that says what it means."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import InvalidOperation
from typing import Any

import requests
import simplejson
from requests.adapters import HTTPAdapter

from portal.ecwid.refusals import refusal
from portal.errors import CallFacts, EcwidUnavailableError, EcwidUnreadableError

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 20
# A page of 100 products with long descriptions is about 2 MB.
MAX_BODY_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 256 * 1024

Params = Mapping[str, str | int | None]


def open_http(pool_size: int = 16) -> requests.Session:
    """Return a keep-alive HTTP connection pool for all stores, to be shared by a process."""
    http = requests.Session()
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=pool_size)
    http.mount("https://", adapter)
    http.mount("http://", adapter)
    # The environment's proxies and .netrc must not change where a token is sent.
    http.trust_env = False
    return http


@dataclass
class Transport:
    """Hold what every call of one store shares; ``requests`` counts the calls sent."""

    http: requests.Session
    api_url: str
    store_id: int
    access_token: str = field(repr=False)
    requests: int = 0

    def get(self, path: str, params: Params | None = None) -> Any:
        """Return the decoded answer of ``GET /{store_id}{path}``."""
        return self.call("GET", path, params=params)

    def call(
        self, method: str, path: str, *, params: Params | None = None, body: Any = None
    ) -> Any:
        """Send one call and return its JSON with Decimals; ``None`` parameters are left out.

        Raises the subclass of EcwidError that the answer means. Never retries.
        """
        request_id = uuid.uuid4().hex[:8]
        facts = CallFacts(self.store_id, method, path, request_id=request_id)
        self.requests += 1
        try:
            answer = self.http.request(
                method,
                f"{self.api_url}/{self.store_id}{path}",
                params={k: v for k, v in (params or {}).items() if v is not None},
                data=None if body is None else simplejson.dumps(body, use_decimal=True).encode(),
                headers=self._headers(request_id),
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                allow_redirects=False,
                stream=True,
            )
            facts = replace(facts, status=answer.status_code)
            with answer:
                text = _read_body(answer, facts)
        except requests.RequestException as error:
            raise EcwidUnavailableError(facts, type(error).__name__) from error
        if answer.status_code >= requests.codes.multiple_choices:
            # Ecwid's words go into messages: they must not bring the token back.
            raise refusal(answer, text.replace(self.access_token.encode(), b"[token]"), facts)
        return _decode(text, facts)

    def _headers(self, request_id: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.access_token}",
            "Content-Type": "application/json;charset=utf-8",
            "Accept": "application/json",
            "X-Ecwid-Api-Request-Id": request_id,
        }


def _read_body(answer: requests.Response, facts: CallFacts) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise EcwidUnreadableError(facts, f"the answer is over {MAX_BODY_BYTES} bytes")
    return bytes(body)


def _decode(body: bytes, facts: CallFacts) -> Any:
    try:
        return simplejson.loads(body, use_decimal=True)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise EcwidUnreadableError(facts, "the answer is not JSON") from error
