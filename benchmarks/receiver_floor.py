"""The least that a receiver can do: check the signature, push the body to Redis, answer.

Served by the same gunicorn as the portal, it is the floor that the receiver is measured against.
It answers before anything is safe, knows no store and no repeats, and keeps no promise.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable

from redis import Redis

from portal.ecwid.signature import matching_key

SECRET = os.environ["ECWID_CLIENT_SECRET"]
redis = Redis.from_url(os.environ["REDIS_URL"])


def app(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer 200 to what is signed, 401 to the rest."""
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
