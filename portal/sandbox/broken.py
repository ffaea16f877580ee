"""Break a true answer on its way out.

Some need the server's help (see `portal.sandbox.connection`): they are raised from the answer's
body, when the view and its writes are over and no header has left yet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Event

from flask import Response

PAGE = "<!DOCTYPE html><html><head><title>Please wait</title></head><body>One moment</body></html>"
PIECES = 20


class InterruptionError(Exception):
    """Something befalls the connection instead of an answer."""


class HeldError(InterruptionError):
    """No answer comes; the connection is closed after ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds} s")
        self.seconds = seconds


class ResetError(InterruptionError):
    """The connection is reset."""


class CutError(InterruptionError):
    """The connection is closed after what was sent."""


class Interruption(Iterator[bytes]):
    """Be the body of an answer of which nothing leaves."""

    def __init__(self, error: InterruptionError) -> None:
        self._error = error

    def __next__(self) -> bytes:
        """Raise what is to befall the connection."""
        raise self._error


def error(status: int, code: str, message: str) -> Response:
    """Return the API's error body with this status."""
    body = json.dumps({"errorMessage": message, "errorCode": code})
    return Response(body, status, content_type="application/json")


def held(seconds: float) -> Response:
    """Return an answer that never comes."""
    return Response(Interruption(HeldError(seconds)))


def reset() -> Response:
    """Return a reset of the connection."""
    return Response(Interruption(ResetError()))


def cut(answer: Response) -> Response:
    """Send the header and half the body, then close the connection."""

    def half(body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        raise CutError

    return _with_body(answer, half)


def truncated(answer: Response) -> Response:
    """Send half the body as if it were all of it."""
    body = answer.get_data()
    answer.set_data(body[: len(body) // 2])
    return answer


def web_page() -> Response:
    """Return a web page with status 200, as a proxy on the way does."""
    return Response(PAGE, 200, content_type="text/html; charset=utf-8")


def dripping(answer: Response, seconds: float, stopping: Event) -> Response:
    """Send the body in small pieces over so many seconds, or at once when it's time to stop."""

    def drops(body: bytes) -> Iterator[bytes]:
        size = max(1, -(-len(body) // PIECES))
        for start in range(0, len(body), size):
            stopping.wait(seconds / PIECES)
            yield body[start : start + size]

    return _with_body(answer, drops)


def _with_body(answer: Response, pieces: Callable[[bytes], Iterator[bytes]]) -> Response:
    body = answer.get_data()
    answer.response = pieces(body)
    answer.content_length = len(body)
    return answer
