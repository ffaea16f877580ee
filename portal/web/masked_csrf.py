"""CSRF tokens that are different bytes in each response, so that compression doesn't reveal them.

The sizes of compressed pages reveal a text that stays the same (the BREACH attack). Flask-WTF's
token repeats the session's value in each response. Here it is masked as in Django and Rails: a
random pad, followed by the token XOR that pad.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import Flask, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

_OF_RESPONSE = "masked_csrf_token"


class MaskedCsrfProtect(CSRFProtect):
    """Flask-WTF's protection, with a masked token on pages.

    Unmasked tokens are accepted, too: a page may come from a release that did not mask them.
    """

    def init_app(self, app: Flask) -> None:
        """Check each form, and let templates write the masked token."""
        super().init_app(app)
        # Macros see the globals only, other templates the values of the context before them.
        app.jinja_env.globals["csrf_token"] = masked_csrf_token
        app.context_processor(lambda: {"csrf_token": masked_csrf_token})

    def _get_csrf_token(self) -> str | None:
        sent: str | None = super()._get_csrf_token()
        return sent and unmasked(sent)


def masked_csrf_token() -> str:
    """Return the token of this response: one for all its forms, because repetitions compress."""
    token: str | None = g.get(_OF_RESPONSE)
    if token is None:
        token = masked(generate_csrf())
        setattr(g, _OF_RESPONSE, token)
    return token


def written_csrf_token() -> str:
    """Return the token that this response has; empty if nothing has asked for it."""
    return str(g.get(_OF_RESPONSE, ""))


def masked(token: str) -> str:
    """Return a random pad and the token XOR that pad, as text for a form."""
    data = token.encode()
    pad = secrets.token_bytes(len(data))
    return urlsafe_b64encode(pad + _xor(pad, data)).decode()


def unmasked(sent: str) -> str:
    """Return the token in a masked one; anything else unchanged, for Flask-WTF to check."""
    if "." in sent:  # between the parts of a signed token, and never in base64
        return sent
    try:
        data = urlsafe_b64decode(sent)
        half = len(data) // 2
        return _xor(data[:half], data[half:]).decode()
    except ValueError:  # no base64, an odd length, or no UTF-8
        return sent


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
