"""IDs in URLs and forms; in a path, numbers that no ID can have are a 404."""

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


def key_in(text: str) -> int | None:
    """Return the ID that a text from 1 to `LARGEST_KEY` is; None for any other text."""
    # Python refuses to read thousands of digits.
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_KEY))
    return int(text) if is_number and 0 < int(text) <= LARGEST_KEY else None


def set_up_url_converters(app: Flask) -> None:
    """Register the converter ``<key:store_id>``."""
    app.url_map.converters["key"] = IdConverter
