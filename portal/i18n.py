"""Mark texts for translation where no request is active yet."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - the usual name of gettext_noop
    """Return ``text`` as is; `make messages` extracts the arguments of this function."""
    return text
