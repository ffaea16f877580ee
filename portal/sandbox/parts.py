"""Hold the sandbox's parts, made once and shared by its blueprints."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.access import Access
from portal.sandbox.catalogue import Catalogue
from portal.sandbox.config import SandboxConfig
from portal.sandbox.events import EventLog
from portal.sandbox.sender import Sender
from portal.sandbox.state import State
from portal.sandbox.stores import Stores
from portal.sandbox.switches import Switches


@dataclass
class Parts:
    """Hold everything that a request may need; ``address`` is set when the port is known."""

    config: SandboxConfig
    state: State
    switches: Switches
    events: EventLog
    stores: Stores
    catalogue: Catalogue
    access: Access
    sender: Sender
    address: str


def make_parts(config: SandboxConfig, address: str) -> Parts:
    """Return the parts over one state file; nothing is sent until the sender is started."""
    state = State(config.state)
    switches = Switches(state, config.switches)
    events = EventLog(config, state, switches)
    sender = Sender(config, state, switches)
    events.on_new = sender.wake
    stores = Stores(state, events)
    catalogue = Catalogue(state, events, lambda: address)
    catalogue.move_pictures()
    return Parts(
        config=config,
        state=state,
        switches=switches,
        events=events,
        stores=stores,
        catalogue=catalogue,
        access=Access(stores, switches),
        sender=sender,
        address=address,
    )
