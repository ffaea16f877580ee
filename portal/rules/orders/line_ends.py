"""Line ends of texts: forms send CRLF, channels and stores have either; comparisons ignore it."""

from __future__ import annotations

from typing import Any


def with_line_feeds(text: str) -> str:
    """Return a text with a line feed at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def document_with_line_feeds(document: Any) -> Any:
    """Return a JSON document with line feeds in all its texts, names of fields included."""
    if isinstance(document, str):
        return with_line_feeds(document)
    if isinstance(document, dict):
        return {with_line_feeds(n): document_with_line_feeds(v) for n, v in document.items()}
    if isinstance(document, list):
        return [document_with_line_feeds(each) for each in document]
    return document
