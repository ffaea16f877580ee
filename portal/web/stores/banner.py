"""Banner that explains why a store does not work, with a button that fixes the problem.

Every page of such a store shows the banner. Emails link to the same target as the button.
"""

from __future__ import annotations

from flask import request

from portal.models import Store
from portal.rules.connection.health_word import HealthWord
from portal.web.stores.blueprint import blueprint
from portal.web.stores.status_labels import word_of_store
from portal.web.stores.status_message import StatusMessage, message_about

# These pages show the status themselves.
PAGES_WITHOUT_BANNER = (
    "stores.show",
    "stores.connection",
    "stores.reconnect",
    "stores.confirm_disconnect",
    "stores.disconnect",
)


@blueprint.app_template_global()
def banner_of(store: Store) -> StatusMessage | None:
    """Return the banner for this page of a store; None if the store works and takes orders."""
    if request.endpoint in PAGES_WITHOUT_BANNER:
        return None
    word = word_of_store(store)
    is_shown = not store.is_working or word is HealthWord.CLOSED
    return message_about(store, word) if is_shown else None
