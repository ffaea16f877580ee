"""Limit of the exports that a process writes at the same time, so that pages keep their threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

EXPORTS_AT_ONCE = 2
RETRY_AFTER_S = 60

_KEY = "portal_export_slots"


class TooManyExportsError(ServiceUnavailable):
    """All slots for exports are taken."""

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER_S)


def set_up_export_slots(app: Flask) -> None:
    """Give ``app`` its slots; each process has its own."""
    app.extensions[_KEY] = BoundedSemaphore(EXPORTS_AT_ONCE)


@contextmanager
def export_slot() -> Iterator[None]:
    """Occupy a slot during the block; raise TooManyExportsError if none is free."""
    slots: BoundedSemaphore = current_app.extensions[_KEY]
    if not slots.acquire(blocking=False):
        raise TooManyExportsError
    try:
        yield
    finally:
        slots.release()
