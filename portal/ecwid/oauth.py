"""Run Ecwid's OAuth: where to send the merchant, and the exchange of the code for a token.

Ecwid's ways (documented unless marked): scopes are separated by spaces; the client proves itself
in the body only; the token URL carries the store's number; tokens neither expire nor refresh; a
code is good once and for some minutes, and a second use kills the token it gave; whether ``state``
comes back is not documented.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from portal.ecwid.values import Record
from portal.errors import RecordError, TokenResponseError

TIMEOUT_S = 10


@dataclass(frozen=True)
class TokenResponse:
    """Hold what Ecwid granted: the authoritative store number and scopes, and the token."""

    store_id: int
    access_token: str = field(repr=False)
    scopes: frozenset[str]
    public_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OAuthApp:
    """Hold our registration at Ecwid and where its OAuth lives."""

    client_id: str
    client_secret: str = field(repr=False)
    oauth_url: str
    callback_url: str

    def consent_url(self, *, scopes: Iterable[str], state: str) -> str:
        """Return the address of Ecwid's consent page for these scopes."""
        with self._client() as client:
            url: str
            url, _ = client.create_authorization_url(
                f"{self.oauth_url}/authorize", state=state, scope=" ".join(scopes)
            )
        return url

    def exchange(self, code: str, store_id: int | None) -> TokenResponse:
        """Return the token for ``code``; ``store_id`` is what the callback claimed, untrusted.

        Raises TokenResponseError, retryable when Ecwid could not be reached or was failing.
        """
        url = f"{self.oauth_url}/token/{store_id}" if store_id else f"{self.oauth_url}/token"
        try:
            with self._client() as client:
                client.register_compliance_hook("access_token_response", _check_status)
                response: Any = client.fetch_token(
                    # Followed, a redirect could carry our secret to another host.
                    url,
                    code=code,
                    grant_type="authorization_code",
                    allow_redirects=False,
                )
        except AuthlibBaseError as error:
            raise TokenResponseError("Ecwid refused the code") from error
        except (ValueError, RecursionError) as error:
            raise TokenResponseError("Ecwid's token answer is no JSON object") from error
        except requests.RequestException as error:
            raise TokenResponseError(
                "Ecwid's token service is out of reach", retryable=True
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
        return client


def _check_status(response: requests.Response) -> requests.Response:
    """Return ``response`` if it can hold a token: Authlib looks at the body only."""
    if response.status_code >= requests.codes.server_error:
        raise TokenResponseError("Ecwid's token service is failing", retryable=True)
    if response.status_code != requests.codes.ok:
        raise TokenResponseError(f"Ecwid refused the code (HTTP {response.status_code})")
    return response


def _parse_token_response(response: dict[str, Any]) -> TokenResponse:
    missing = [name for name in ("access_token", "store_id", "scope") if not response.get(name)]
    if missing:
        raise TokenResponseError(f"Ecwid's token answer lacks {', '.join(missing)}")
    try:
        store_id = Record("tokens", response).identity("store_id")
    except RecordError as error:
        raise TokenResponseError("Ecwid's token answer names no store") from error
    if store_id <= 0 or not isinstance(response["scope"], str):
        raise TokenResponseError("Ecwid's token answer names no store or no scopes")
    public_token = response.get("public_token")
    return TokenResponse(
        store_id=store_id,
        access_token=_token(response["access_token"]),
        scopes=frozenset(response["scope"].split()),
        public_token=_token(public_token) if public_token else None,
    )


def _token(value: object) -> str:
    """Return a token that can be sent in a header."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise TokenResponseError("Ecwid's token answer holds an impossible token")
    return value
