"""Limit of the exports that a process sends at the same time, so that pages keep their threads.

An export occupies a thread for as long as its client reads, which can be hours.
"""

from __future__ import annotations

from contextlib import ExitStack
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


def take_export_slot() -> ExitStack:
    """Return a slot that is free again once it is closed; raise TooManyExportsError if none is."""
    slots: BoundedSemaphore = current_app.extensions[_KEY]
    if not slots.acquire(blocking=False):
        raise TooManyExportsError
    slot = ExitStack()
    slot.callback(slots.release)
    return slot
