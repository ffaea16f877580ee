"""Messages about a change, with a button that takes it back."""

from __future__ import annotations

from flask import flash


def flash_with_undo(text: str, button: str, url: str, **fields: str) -> None:
    """Show a message on the next page, with a button that submits ``fields`` to ``url``.

    The route of ``url`` checks who may do it; `components/flash.html` renders the button.
    """
    flash({"text": text, "button": button, "url": url, "fields": fields}, "info")  # type: ignore[arg-type]
