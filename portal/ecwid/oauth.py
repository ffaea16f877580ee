"""OAuth with Ecwid: the consent page's URL and the exchange of a code for a token.

Facts about Ecwid, documented unless marked: scopes are separated by spaces. The client
authenticates in the request body only. The token URL contains the store's id. Tokens neither expire
nor refresh. A code is valid once and for a few minutes; using it a second time revokes the token
that it gave. Not documented: whether ``state`` is returned; whether a token response may separate
scopes by commas, which third-party clients send, so both are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from portal.ecwid.timed_responses import TimedAdapter
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.errors.connect import TokenResponseError
from portal.outside_calls import seconds_left

TIMEOUT_S = 10


@dataclass(frozen=True)
class TokenResponse:
    """Granted token with the authoritative store id and scopes."""

    store_id: int
    access_token: str = field(repr=False)
    scopes: frozenset[str]
    public_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OAuthApp:
    """Our app registration at Ecwid, and the URL of its OAuth endpoints."""

    client_id: str
    client_secret: str = field(repr=False)
    oauth_url: str
    callback_url: str

    def consent_url(self, *, scopes: Iterable[str], state: str) -> str:
        """Return the URL of Ecwid's consent page for these scopes."""
        with self._client() as client:
            url: str
            url, _ = client.create_authorization_url(
                f"{self.oauth_url}/authorize", state=state, scope=" ".join(scopes)
            )
        return url

    def exchange(self, code: str, store_id: int | None) -> TokenResponse:
        """Exchange ``code`` for a token; ``store_id`` is the callback's untrusted claim.

        Raises TokenResponseError, which is retryable if Ecwid was unreachable or returned a 5xx.
        """
        url = f"{self.oauth_url}/token/{store_id}" if store_id else f"{self.oauth_url}/token"
        # It is the first call of its request, so there is time enough.
        seconds_left()
        try:
            with self._client() as client:
                client.register_compliance_hook("access_token_response", _check_status)
                response: Any = client.fetch_token(
                    # A followed redirect could send our secret to another host.
                    url,
                    code=code,
                    grant_type="authorization_code",
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            raise TokenResponseError("Ecwid refused the code") from error
        except (ValueError, RecursionError) as error:
            raise TokenResponseError("Ecwid's token response is not a JSON object") from error
        except requests.RequestException as error:
            raise TokenResponseError(
                "Ecwid's token service is unreachable", retryable=True
            ) from error
        return _parse_token_response(response)

    def _client(self) -> OAuth2Session:
        client = OAuth2Session(
            self.client_id,
            self.client_secret,
            redirect_uri=self.callback_url,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - a method's name
            default_timeout=TIMEOUT_S,
        )
        client.trust_env = False
        for scheme in ("https://", "http://"):
            client.mount(scheme, TimedAdapter())
        return client


def _check_status(response: requests.Response) -> requests.Response:
    """Return ``response`` if its status is 200; Authlib checks the body only."""
    if response.status_code >= requests.codes.server_error:
        raise TokenResponseError("Ecwid's token service is failing", retryable=True)
    if response.status_code != requests.codes.ok:
        raise TokenResponseError(f"Ecwid refused the code (HTTP {response.status_code})")
    return response


def _parse_token_response(response: dict[str, Any]) -> TokenResponse:
    missing = [name for name in ("access_token", "store_id", "scope") if not response.get(name)]
    if missing:
        raise TokenResponseError(f"Ecwid's token response lacks {', '.join(missing)}")
    try:
        store_id = Record("tokens", response).identity("store_id")
    except RecordError as error:
        raise TokenResponseError("Ecwid's token response names no store") from error
    if store_id <= 0 or not isinstance(response["scope"], str):
        raise TokenResponseError("Ecwid's token response names no store or no scopes")
    public_token = response.get("public_token")
    return TokenResponse(
        store_id=store_id,
        access_token=_token(response["access_token"]),
        scopes=frozenset(response["scope"].replace(",", " ").split()),
        public_token=_token(public_token) if public_token else None,
    )


def _token(value: object) -> str:
    """Return a token that is valid in an HTTP header; raise TokenResponseError for any other."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise TokenResponseError("Ecwid's token response contains an invalid token")
    return value
