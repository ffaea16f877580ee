"""Markers for texts that are translated later, when they are shown."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - the usual name of gettext_noop
    """Return ``text`` unchanged; `make messages` extracts the arguments of this function."""
    return text
