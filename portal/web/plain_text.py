"""Clean up text that users type into forms and URLs."""

from __future__ import annotations


def plain_text(text: str | None, limit: int | None = None) -> str:
    """Strip a text and cut it at ``limit``; remove NUL characters, which PostgreSQL rejects."""
    return (text or "").replace("\x00", "").strip()[:limit]
