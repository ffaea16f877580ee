"""URL converter for row IDs; numbers that the database cannot store are a 404."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_KEY = 2**63 - 1


class IdConverter(IntegerConverter):
    """Match the ID of a row: an integer from 1 to the largest BIGINT."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, min=1, max=LARGEST_KEY, **options)


def set_up_url_converters(app: Flask) -> None:
    """Register the converter ``<key:store_id>``."""
    app.url_map.converters["key"] = IdConverter
