"""Broken responses: truncated, slow, cut off, or missing.

Responses that break the connection need help from the server (`portal.sandbox.connection_faults`).
They raise an InterruptionError while the server reads the body. By then the view and its writes
have finished, and no header has been sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Event

from flask import Response

PAGE = "<!DOCTYPE html><html><head><title>Please wait</title></head><body>One moment</body></html>"
PIECES = 20


class InterruptionError(Exception):
    """Raised from a response body to break the connection."""


class HeldError(InterruptionError):
    """Keep the connection open without a response, and close it after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds} s")
        self.seconds = seconds


class ResetError(InterruptionError):
    """Reset the connection."""


class CutError(InterruptionError):
    """Close the connection after the bytes that were sent."""


class Interruption(Iterator[bytes]):
    """Response body that sends nothing and raises an InterruptionError."""

    def __init__(self, error: InterruptionError) -> None:
        self._error = error

    def __next__(self) -> bytes:
        """Raise the interruption."""
        raise self._error


def error(status: int, code: str, message: str) -> Response:
    """Return a response with Ecwid's JSON error body."""
    body = json.dumps({"errorMessage": message, "errorCode": code})
    return Response(body, status, content_type="application/json")


def held(seconds: float) -> Response:
    """Return a response that leaves the caller waiting for ``seconds``."""
    return Response(Interruption(HeldError(seconds)))


def reset() -> Response:
    """Return a response that resets the connection."""
    return Response(Interruption(ResetError()))


def cut(answer: Response) -> Response:
    """Send the headers and half the body, then close the connection."""

    def half(body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise CutError

    return _with_body(answer, half)


def truncated(answer: Response) -> Response:
    """Keep half the body and set a matching Content-Length."""
    body = answer.get_data()
    answer.set_data(body[: len(body) // 2])
    return answer


def html_page() -> Response:
    """Return an HTML page with status 200, as a proxy in between does."""
    return Response(PAGE, 200, content_type="text/html; charset=utf-8")


def slow(answer: Response, seconds: float, stopping: Event) -> Response:
    """Send the body in small pieces over ``seconds``; ``stopping`` sends the rest at once."""

    def pieces_over_time(body: bytes) -> Iterator[bytes]:
        size = max(1, -(-len(body) // PIECES))
        for start in range(0, len(body), size):
            stopping.wait(seconds / PIECES)
            yield body[start : start + size]

    return _with_body(answer, pieces_over_time)


def _with_body(answer: Response, pieces: Callable[[bytes], Iterator[bytes]]) -> Response:
    body = answer.get_data()
    answer.response = pieces(body)
    answer.content_length = len(body)
    return answer
