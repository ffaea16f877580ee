"""When the memory of Redis is almost full."""

from __future__ import annotations

OPENS_AT, RESOLVES_AT = 0.8, 0.7


def is_almost_full(used_bytes: int, limit_bytes: int, *, is_open: bool) -> bool:
    """Return whether an alert is open; below `RESOLVES_AT` it is resolved.

    A ``limit_bytes`` of 0 is no limit, which Redis itself then doesn't know either.
    """
    share = RESOLVES_AT if is_open else OPENS_AT
    return limit_bytes > 0 and used_bytes >= share * limit_bytes
