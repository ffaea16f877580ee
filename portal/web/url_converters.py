"""IDs and other numbers in URLs and forms; in a path, numbers that no ID can have are a 404."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST_KEY = 2**63 - 1
LARGEST_KEY_IN_PATH = 10**18 - 1


class IdConverter(IntegerConverter):
    """Match an ID: an integer from 1 to `LARGEST_KEY_IN_PATH`, without leading zeros."""

    # All limits are in the expression: werkzeug converts a value only for rules of the request's
    # method, and would respond with 405 if a rule of another method matches the text.
    regex = r"[1-9][0-9]{0,17}"


def number_in(text: str, largest: int) -> int | None:
    """Return the whole number from 0 to ``largest`` that a text is; None for any other text."""
    # Python refuses to read thousands of digits.
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(largest))
    return int(text) if is_number and int(text) <= largest else None


def key_in(text: str) -> int | None:
    """Return the ID from 1 to `LARGEST_KEY` that a text is; None for any other text."""
    return number_in(text, LARGEST_KEY) or None


def set_up_url_converters(app: Flask) -> None:
    """Register the converter ``<key:store_id>``."""
    app.url_map.converters["key"] = IdConverter
