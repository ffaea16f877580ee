"""Signers of links: the first of PORTAL_SECRET_KEY's keys signs, and all of them verify.

A link that was sent before a key was added works until that key is removed from the setting.
"""

from __future__ import annotations

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer


def link_signer(secret_keys: tuple[str, ...], salt: str) -> URLSafeSerializer:
    """Return the signer of links without an end; ``salt`` names their kind."""
    return URLSafeSerializer(newest_last(secret_keys), salt=salt)


def timed_link_signer(secret_keys: tuple[str, ...], salt: str) -> URLSafeTimedSerializer:
    """Return the signer of links that expire; ``salt`` names their kind."""
    return URLSafeTimedSerializer(newest_last(secret_keys), salt=salt)


def newest_last(secret_keys: tuple[str, ...]) -> list[str]:
    """Return the keys in the order of itsdangerous, which signs with the last one."""
    return list(reversed(secret_keys))
