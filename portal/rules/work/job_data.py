"""Jobs as Redis has them: read as numbers and texts, never as objects or code.

Everybody who can write to Redis can write a job. RQ would import a function by each name in it,
send webhooks to each address in it, and unpickle what a client without our serializer reads.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

# The data of our longest call has about 80 bytes.
MAX_DATA_BYTES = 1_000
MAX_TRACEBACK_BYTES = 100_000
MAX_ID = 2**63 - 1

DATA_FIELD = b"data"
# All others name callbacks, webhooks, dependents, repeats or results, which our jobs don't have.
READ_FIELDS = frozenset(
    (
        DATA_FIELD,
        b"created_at",
        b"ended_at",
        b"enqueued_at",
        b"last_heartbeat",
        b"origin",
        b"started_at",
        b"status",
        b"worker_name",
    )
)


@dataclass(frozen=True)
class JobCall:
    """Dotted name of a function, and the ids that it is called with."""

    path: str
    ids: tuple[int, ...]


def read_fields(stored: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """Return the fields of a stored job that may be given to RQ."""
    return {name: value for name, value in stored.items() if name in READ_FIELDS}


def parse_job_data(data: bytes) -> JobCall | None:
    """Return the call that the data of a job describes, or None if it isn't a call with ids."""
    text = decompress(data, MAX_DATA_BYTES)
    if text is None:
        return None
    try:
        call = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match call:
        case [str(path), None, list(ids), dict(named)] if not named and all(map(_is_id, ids)):
            return JobCall(path, tuple(ids))
    return None


def dump_job_data(call: JobCall) -> bytes:
    """Return the data of a call as RQ reads it with its JSON serializer."""
    return json.dumps([call.path, None, call.ids, {}]).encode()


def decompress(data: bytes, limit_bytes: int) -> bytes | None:
    """Return compressed or plain data; None if it has more than ``limit_bytes``."""
    if len(data) > limit_bytes:
        return None
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(data, limit_bytes)
    except zlib.error:
        return data
    return text if reader.eof else None


def _is_id(value: object) -> bool:
    # A bool is an int, too.
    return type(value) is int and 0 <= value <= MAX_ID
