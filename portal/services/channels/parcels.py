"""Hold what an attempt sends, and send it: signed at the moment of sending."""

from __future__ import annotations

from dataclasses import dataclass

from portal.config import Settings
from portal.models import utc_now
from portal.services.channels.message_line import MessageLine, Reply
from portal.services.channels.sign_message import signed_headers


@dataclass(frozen=True)
class Parcel:
    """Hold all that an attempt needs: no database is asked while it is under way."""

    delivery_id: int
    attempt_id: int
    endpoint_id: int
    url: str
    uid: str
    body: str
    secrets: tuple[str, ...]


def open_line(settings: Settings) -> MessageLine:
    """Return a way to send messages; to the own machine only while developing."""
    return MessageLine(allows_loopback=not settings.is_production)


def post_parcel(line: MessageLine, parcel: Parcel) -> Reply:
    """Sign and send, and return what came of it; never raises for what the other side does."""
    headers = signed_headers(parcel.uid, utc_now(), parcel.body, parcel.secrets)
    return line.post(parcel.url, parcel.body, headers)
