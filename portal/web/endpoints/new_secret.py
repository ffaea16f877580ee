"""Page that shows a new secret once."""

from __future__ import annotations

from flask import render_template

from portal.services.outbound_webhooks.endpoints import NewSecret


def show_once(made: NewSecret) -> str:
    """Return the page with a secret that was just created."""
    # The POST answers itself: a redirect would require storing the secret in plain text.
    return render_template("endpoints/new_secret.html", endpoint=made.endpoint, text=made.text)
