"""Read and turn the sandbox's switches; they are kept over a restart."""

from __future__ import annotations

import random
import threading

from portal.sandbox.checks import HIGHEST
from portal.sandbox.config import CHOICES, ON_OFF, SWITCHES
from portal.sandbox.state import State


class Switches:
    """Hold the switches' values, in memory for speed and in the state for later."""

    def __init__(self, state: State, given: dict[str, str]) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._values = {name: default for name, (default, _) in SWITCHES.items()}
        kept = {row["name"]: row["value"] for row in state.rows("SELECT * FROM switch")}
        self._values.update({name: value for name, value in kept.items() if name in SWITCHES})
        self._chances: dict[str, random.Random] = {}
        self.turn_all(given)

    def all(self) -> dict[str, str]:
        """Return every switch with its value."""
        return dict(self._values)

    def text(self, name: str) -> str:
        """Return a switch's value as text."""
        return self._values[name]

    def is_on(self, name: str) -> bool:
        """Tell whether an on/off switch is on."""
        return self._values[name] == "on"

    def number(self, name: str) -> float:
        """Return a switch's value as a number."""
        return float(self._values[name])

    def chance(self, purpose: str) -> random.Random:
        """Return what a purpose draws from: the same numbers again after the same seed."""
        seed = f"{self._values['seed']} {purpose}"
        return self._chances.setdefault(purpose, random.Random(seed))  # noqa: S311 - no secret

    def turn(self, name: str, value: str) -> None:
        """Set a switch; raise ValueError for an unknown one or a value of the wrong kind."""
        self.turn_all({name: value})

    def turn_all(self, values: dict[str, str]) -> None:
        """Set switches, all of them or, with a ValueError, none."""
        for name, value in values.items():
            _check(name, value)
        with self._lock, self._state.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO switch VALUES (?,?)", values.items())
            self._values.update(values)
            if "seed" in values:
                self._chances.clear()


def choices(name: str) -> tuple[str, ...]:
    """Return the values that a switch can have; none means a number from 0."""
    if SWITCHES[name][0] in ON_OFF:
        return ON_OFF
    return CHOICES.get(name, ())


def _check(name: str, value: str) -> None:
    if name not in SWITCHES:
        raise ValueError(f"there is no switch {name}: one of {', '.join(SWITCHES)}")
    allowed = choices(name)
    if allowed and value not in allowed:
        raise ValueError(f"{name} is one of {', '.join(allowed)}, not {value!r}")
    if not allowed:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        highest, words = (1, "from 0 to 1") if name.endswith("_rate") else (HIGHEST, "from 0")
        if not 0 <= number <= highest:
            raise ValueError(f"{name} is a number {words}, not {value!r}")
