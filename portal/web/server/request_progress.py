"""Progress of an HTTP/1 request, derived from the bytes that have arrived so far."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_END = b"\r\n\r\n"
HEAD_LIMIT_BYTES = 16 * 1024
# A larger body is not awaited: the application refuses it by its length.
BODY_LIMIT_BYTES = 256 * 1024
# Each packet has all chunks that have arrived looked at again.
CHUNKS_LIMIT = 1000
CHUNK_LINE_LIMIT_BYTES = 256
# More digits than those of a length within the limit.
_MAX_DIGITS = 8
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_EXPECTS_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RequestProgress:
    """Number of bytes that have to arrive before the request is complete or changes its state."""

    awaited_bytes: int  # 0 if the request can be served
    is_head_too_large: bool = False
    is_body_too_large: bool = False
    is_refused: bool = False  # the application would wait for the rest of a chunked body
    expects_continue: bool = False  # the client sends the body after an interim response


COMPLETE = RequestProgress(0)


def request_progress(arrived: bytes) -> RequestProgress:
    """Return how far a request has arrived.

    A malformed head counts as complete, because the server's parser refuses it without reading any
    further. Malformed chunks are refused here, because the parser might wait for more of them.
    """
    # The parser skips empty lines before a request.
    end = arrived.find(HEAD_END, len(arrived) - len(arrived.lstrip(b"\r\n")))
    head_bytes = len(arrived) if end < 0 else end + len(HEAD_END)
    if head_bytes > HEAD_LIMIT_BYTES:
        return RequestProgress(0, is_head_too_large=True)
    if end < 0:
        return RequestProgress(len(arrived) + 1)
    return _body_progress(arrived, arrived[:head_bytes])


def _body_progress(arrived: bytes, head: bytes) -> RequestProgress:
    head_bytes = len(head)
    length = _LENGTH.search(head)
    if length:
        total = head_bytes + int(length[1].lstrip(b"0")[:_MAX_DIGITS] or b"0")
    elif _CHUNKED.search(head):
        end = _end_of_chunks(arrived, head_bytes)
        if end is None:
            return RequestProgress(0, is_refused=True)
        total = end
    else:
        return COMPLETE
    if total - head_bytes > BODY_LIMIT_BYTES:
        return RequestProgress(0, is_body_too_large=True, is_refused=length is None)
    if total <= len(arrived):
        return COMPLETE
    waits = len(arrived) == head_bytes and _EXPECTS_CONTINUE.search(head) is not None
    return RequestProgress(total, expects_continue=waits)


def request_path(arrived: bytes) -> str:
    """Return the path of a request's first line, or "" if the line has none."""
    parts = arrived.lstrip(b"\r\n").partition(b"\r\n")[0].split(b" ", 2)
    return parts[1].partition(b"?")[0].decode("latin-1") if len(parts) == 3 else ""  # noqa: PLR2004


def repeatable_head(arrived: bytes) -> bytes:
    """Return the head of a GET, which can be served twice; b"" for any other request."""
    if not arrived.startswith(b"GET "):
        return b""
    return arrived[: arrived.find(HEAD_END) + len(HEAD_END)]


def _end_of_chunks(arrived: bytes, position: int) -> int | None:
    """Return where a chunked body ends, or at least how many bytes have to arrive for that.

    Return None for malformed or too many chunks.
    """
    for _ in range(CHUNKS_LIMIT):
        size = _CHUNK_SIZE.match(arrived, position)
        if size is None:
            line = arrived[position : position + CHUNK_LINE_LIMIT_BYTES]
            is_incomplete = len(line) < CHUNK_LINE_LIMIT_BYTES and b"\r\n" not in line
            return max(position, len(arrived)) + 1 if is_incomplete else None
        data_bytes = int(size[1], 16)
        position = size.end() + data_bytes
        if data_bytes == 0:
            return _end_of_trailers(arrived, position)
        if arrived[position : position + len(b"\r\n")] not in (b"\r\n", b"\r", b""):
            return None
        position += len(b"\r\n")
        if position - len(arrived) > BODY_LIMIT_BYTES:
            return position
    return None


def _end_of_trailers(arrived: bytes, position: int) -> int:
    if arrived.startswith(b"\r\n", position):
        return position + len(b"\r\n")
    end = arrived.find(HEAD_END, position)
    return len(arrived) + 1 if end < 0 else end + len(HEAD_END)
