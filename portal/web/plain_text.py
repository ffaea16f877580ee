"""Read what people type into fields and addresses."""

from __future__ import annotations


def plain_text(text: str | None, limit: int | None = None) -> str:
    """Return a text without blanks around and zeros, which PostgreSQL refuses, cut at ``limit``."""
    return (text or "").replace("\x00", "").strip()[:limit]
