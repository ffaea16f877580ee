"""Limits of an API key in time and place, and their comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.rules.api_keys.allowed_networks import are_within


@dataclass(frozen=True)
class KeyLimits:
    """When and from where a key may be used.

    ``expires_at`` None means for ever. ``networks`` are in their canonical spelling; without any
    all addresses are allowed.
    """

    expires_at: datetime | None = None
    networks: Sequence[str] = ()

    def is_within(self, other: KeyLimits) -> bool:
        """Return whether a key with these limits can't be used when or where ``other`` can't."""
        if other.expires_at is not None and (
            self.expires_at is None or self.expires_at > other.expires_at
        ):
            return False
        return are_within(self.networks, other.networks)


UNLIMITED = KeyLimits()
