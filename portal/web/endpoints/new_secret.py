"""Page that shows a new secret once."""

from __future__ import annotations

from flask import render_template

from portal.services.outbound_webhooks.endpoints import NewSecret


def show_once(made: NewSecret) -> str:
    """Return the page with a new secret."""
    # The POST renders the secret directly: a redirect would require storing it in plain text.
    return render_template("endpoints/new_secret.html", endpoint=made.endpoint, text=made.text)
