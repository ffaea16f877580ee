"""Read numbers in addresses only as far as the database can hold them; others are a 404."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**63 - 1


class IdConverter(IntegerConverter):
    """Match a key of a row: a whole number from 1 to what a BIGINT holds."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, min=1, max=LARGEST_KEY, **options)


def set_up_url_converters(app: Flask) -> None:
    """Let routes name a row by ``<key:store_id>``."""
    app.url_map.converters["key"] = IdConverter
