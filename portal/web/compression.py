"""Compress the responses of the API and the stylesheets by gzip.

Pages stay uncompressed: they show secrets beside the user's input, and the size of a compressed
page would reveal the secrets bit by bit (the BREACH attack).
"""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

compress = Compress()


def set_up_compression(app: Flask) -> None:
    """Compress what the views marked with ``@compress.compressed()`` return."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIMETYPES=[
            "application/json",
            "application/problem+json",
            "application/jsonl",
            "text/csv",
            "text/css",
        ],
    )
    compress.init_app(app)
