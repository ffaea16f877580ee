"""Actor of the current request or command, whom the audit log names, and who observes the log.

The web layer sets it when it authenticates a request, a command when it starts. The daemon has
none: its own changes are not in the audit log. A service that people, keys, commands and the daemon
call needs no argument for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from portal.models.merchant import Merchant


@dataclass(frozen=True)
class Actor:
    """Person, API key or command; ``name`` is None for a person.

    ``merchant`` is None for a command.
    """

    merchant: Merchant | None = None
    name: str | None = None


_current: ContextVar[Actor | None] = ContextVar("portal_actor", default=None)

_observer: ContextVar[Callable[[Any], None] | None] = ContextVar("portal_observer", default=None)


def current_actor() -> Actor | None:
    """Return the actor of this thread's request or command; None for the portal's own work."""
    return _current.get()


def set_actor(actor: Actor | None) -> None:
    """Set the actor until the request ends; a request begins and ends with None."""
    _current.set(actor)


def actor_name(merchant: Merchant | None = None) -> str | None:
    """Return the name of a person, or else of the current actor, as the audit log has it.

    None if the portal acts.
    """
    acting = Actor(merchant) if merchant is not None else current_actor()
    if acting is None:
        return None
    person = acting.merchant
    return acting.name or (None if person is None else f"merchant {person.id}")


@contextmanager
def acting_as(actor: Actor | None) -> Iterator[None]:
    """Set the actor of a block, for example of a command."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def set_audit_observer(observe: Callable[[Any], None] | None) -> None:
    """Have ``observe`` called with each new audit log entry of this thread's request."""
    _observer.set(observe)


def observe_entry(entry: Any) -> None:
    """Pass a new audit log entry to the observer; its transaction may still be rolled back."""
    observe = _observer.get()
    if observe is not None:
        observe(entry)
