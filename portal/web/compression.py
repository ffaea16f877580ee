"""Compress pages, API responses, stylesheets and scripts with gzip.

A page has secrets next to texts that others can choose, and the size of a compressed page could
reveal the secrets bit by bit (the BREACH attack). So a page is compressed only if the browser says
that no other site caused the request, never if it shows a secret, and with padding of a random
length; its CSRF token is masked (`portal.web.masked_csrf`). Exports stay uncompressed: the server
sends them from a file.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, request
from flask_compress import Compress

from portal.web.secret_pages import shows_secret

compress = Compress()
PAGE_TYPE = "text/html"
SITE_HEADER = "Sec-Fetch-Site"
# Typed addresses and bookmarks are "none". Browsers before 2023 don't send the header.
OWN_SITES = ("same-origin", "none")
# As in Django's GZipMiddleware.
MAX_PADDING_BYTES = 100
# Bytes of the header of gzip (RFC 1952), with the flags and the flag of a file name among them.
_HEADER_BYTES, _FLAGS, _FILE_NAME = 10, 3, 8


def set_up_compression(app: Flask) -> None:
    """Compress pages, and the responses of views with ``@compress.compressed()``."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIMETYPES=[
            PAGE_TYPE,
            "application/json",
            "application/problem+json",
            "text/css",
            "text/javascript",
        ],
    )
    compress.init_app(app)
    app.after_request(_compress_page)


def _compress_page(response: Response) -> Response:
    if response.mimetype != PAGE_TYPE:
        return response
    response.vary.update(("Accept-Encoding", SITE_HEADER))
    if request.headers.get(SITE_HEADER) not in OWN_SITES or shows_secret():
        return response
    compress.after_request(response)
    if response.content_encoding == "gzip":
        response.set_data(_padded(response.get_data()))
    return response


def _padded(data: bytes) -> bytes:
    """Return gzip data with a file name of random length in its header."""
    name = b"a" * secrets.randbelow(MAX_PADDING_BYTES) + b"\0"
    head = bytearray(data[:_HEADER_BYTES])
    head[_FLAGS] |= _FILE_NAME
    return bytes(head) + name + data[_HEADER_BYTES:]
