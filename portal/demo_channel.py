"""Channel of the demo: a marketplace with one API key, and sandbox stores to try it with."""

from __future__ import annotations

from pathlib import Path

from portal.demo_process import DemoError
from portal.models import Channel, KeyMode
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelKind
from portal.services.api_keys.channel_keys import add_key

CHANNEL_NAME = "Sports Market"
REQUESTED_SCOPES = (
    KeyScope.READ_CATALOG,
    KeyScope.READ_ORDERS,
    KeyScope.WRITE_ORDERS,
    KeyScope.READ_HEALTH,
)
# Small stores, which are imported within seconds, for merchants of the channel.
CHANNEL_STORES = (
    {"store_id": 1101, "name": "North Trail", "products": 40, "customers": 8, "coupons": 3},
    {"store_id": 1102, "name": "East Court", "products": 30, "customers": 8, "coupons": 3},
    {"store_id": 1103, "name": "South Bay Paddles", "products": 50, "customers": 8, "coupons": 3},
)


def load_or_create_channel_key(path: Path) -> str:
    """Return the demo's API key, created with its channel at the first start.

    The portal shows a key only once; the demo keeps it in the file ``path`` to print it again.
    Raises DemoError if the file is lost and the channel has as many keys as it can have.
    """
    if not path.exists():
        channel, _ = Channel.get_or_create(
            name=CHANNEL_NAME,
            kind=ChannelKind.MARKETPLACE,
            defaults={
                "contact_email": "sports@example.com",
                "requested_scopes": [scope.value for scope in REQUESTED_SCOPES],
            },
        )
        # A test key, because the stores of the sandbox are test stores.
        made = add_key(channel, "Demo", list(KeyScope), mode=KeyMode.TEST)
        if made is None:
            raise DemoError(f"the channel {CHANNEL_NAME} has too many keys: make demo-reset")
        path.touch(mode=0o600)
        path.write_text(made.text)
    return path.read_text()
