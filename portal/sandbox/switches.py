"""Values of the sandbox's switches, kept across restarts."""

from __future__ import annotations

import random
import threading

from portal.sandbox.config import CHOICES, ON_OFF, SWITCHES
from portal.sandbox.latency import parse_store_ids
from portal.sandbox.state import State
from portal.sandbox.validation import MAX_INTEGER


class Switches:
    """Switch values, cached in memory and stored in the state file."""

    def __init__(self, state: State, given: dict[str, str]) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._values = {name: default for name, (default, _) in SWITCHES.items()}
        kept = {row["name"]: row["value"] for row in state.rows("SELECT * FROM switch")}
        self._values.update({name: value for name, value in kept.items() if name in SWITCHES})
        self._generators: dict[str, random.Random] = {}
        self.set_all(given)

    def all(self) -> dict[str, str]:
        """Return all values by switch name."""
        return dict(self._values)

    def text(self, name: str) -> str:
        """Return the value of a switch as stored."""
        return self._values[name]

    def is_on(self, name: str) -> bool:
        """Return whether an on/off switch is on."""
        return self._values[name] == "on"

    def number(self, name: str) -> float:
        """Return the value of a numeric switch."""
        return float(self._values[name])

    def rng(self, purpose: str) -> random.Random:
        """Return the random generator of a purpose, seeded by the switch ``seed``.

        Each purpose has its own generator, so that one fault doesn't shift the draws of another.
        """
        seed = f"{self._values['seed']} {purpose}"
        return self._generators.setdefault(purpose, random.Random(seed))  # noqa: S311 - no secret

    def set(self, name: str, value: str) -> None:
        """Set a switch; raise ValueError for an unknown name or an invalid value."""
        self.set_all({name: value})

    def set_all(self, values: dict[str, str]) -> None:
        """Set switches; raise ValueError and set none if any of them is invalid."""
        for name, value in values.items():
            _check(name, value)
        with self._lock, self._state.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO switch VALUES (?,?)", values.items())
            self._values.update(values)
            if "seed" in values:
                self._generators.clear()


def choices(name: str) -> tuple[str, ...]:
    """Return the allowed values of a switch; empty for a switch that takes a number."""
    if SWITCHES[name][0] in ON_OFF:
        return ON_OFF
    return CHOICES.get(name, ())


def _check(name: str, value: str) -> None:
    if name not in SWITCHES:
        raise ValueError(f"there is no switch {name}: one of {', '.join(SWITCHES)}")
    if name == "hanging_stores":
        parse_store_ids(value)
        return
    allowed = choices(name)
    if allowed and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(allowed)}, not {value!r}")
    if not allowed:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        highest, bounds = (1, "from 0 to 1") if name.endswith("_rate") else (MAX_INTEGER, "from 0")
        if not 0 <= number <= highest:
            raise ValueError(f"{name} is a number {bounds}, not {value!r}")
