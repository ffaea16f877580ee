"""Comparison of e-mail addresses: one rule for accounts, customers, orders and privacy requests."""

from __future__ import annotations

from unicodedata import normalize


def normalize_email(email: str) -> str:
    """Return the form in which e-mail addresses are stored and compared.

    Case, outer blanks and the encoding of accents make no difference. All other letters do: ``ß``
    is not ``ss``, and ``İ`` is not ``i``, because those are mailboxes of different people. For that
    reason this is no case folding (`fold`), which equates them.

    Source: RFC 6532, section 3.1, recommends the normalization form NFC for addresses; the REST
    docs of Ecwid don't say how it compares them.
    """
    return normalize("NFC", normalize("NFC", email.strip()).lower())
