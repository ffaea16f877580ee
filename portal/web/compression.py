"""Compress API responses, stylesheets and scripts with gzip.

Pages stay uncompressed. They contain secrets next to user input, and the size of a compressed page
would reveal the secrets bit by bit (the BREACH attack). Exports stay uncompressed, too: the server
sends them from a file.
"""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

compress = Compress()


def set_up_compression(app: Flask) -> None:
    """Compress the responses of views that are marked with ``@compress.compressed()``."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIMETYPES=[
            "application/json",
            "application/problem+json",
            "text/css",
            "text/javascript",
        ],
    )
    compress.init_app(app)
