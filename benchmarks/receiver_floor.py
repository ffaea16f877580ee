"""Minimal webhook receiver: check the signature, push the body to Redis, respond.

Served by the same gunicorn as the portal, it is the upper limit that the receiver is compared with.
It responds before anything is on disk, knows no stores, and does not detect duplicates.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from redis import Redis

from portal.ecwid.signature import matching_key
from wsgi import app as portal

SECRET = os.environ["ECWID_CLIENT_SECRET"]
redis = Redis.from_url(os.environ["REDIS_URL"])


class Floor:
    """The portal for gunicorn's hooks, the bare handler for requests."""

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Respond without the portal."""
        return _respond(environ, start_response)

    def __getattr__(self, name: str) -> Any:
        return getattr(portal, name)


app = Floor()


def _respond(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Respond with 200 to a signed webhook and with 401 to any other."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    event = json.loads(body)
    signed = matching_key(
        environ.get("HTTP_X_ECWID_WEBHOOK_SIGNATURE"),
        current=SECRET,
        event_created=event["eventCreated"],
        event_id=event["eventId"],
    )
    if signed:
        redis.lpush("floor", body)
    answer = b'{"accepted":true}\n' if signed else b'{"accepted":false}\n'
    head = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    start_response("200 OK" if signed else "401 UNAUTHORIZED", head)
    return [answer]
