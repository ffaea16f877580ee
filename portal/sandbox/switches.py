"""Read and turn the sandbox's switches; they are kept over a restart."""

from __future__ import annotations

import threading

from portal.sandbox.config import SWITCHES
from portal.sandbox.state import State


class Switches:
    """Hold the switches' values, in memory for speed and in the state for later."""

    def __init__(self, state: State, given: dict[str, str]) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._values = {name: default for name, (default, _) in SWITCHES.items()}
        kept = {row["name"]: row["value"] for row in state.rows("SELECT * FROM switch")}
        self._values.update({name: value for name, value in kept.items() if name in SWITCHES})
        for name, value in given.items():
            self.turn(name, value)

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

    def turn(self, name: str, value: str) -> None:
        """Set a switch; raise ValueError for an unknown one or a value of the wrong kind."""
        if name not in SWITCHES:
            raise ValueError(f"there is no switch {name}: one of {', '.join(SWITCHES)}")
        default = SWITCHES[name][0]
        if default in ("on", "off") and value not in ("on", "off"):
            raise ValueError(f"{name} is on or off, not {value!r}")
        if default.replace(".", "").isdecimal():
            float(value)
        with self._lock, self._state.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO switch VALUES (?,?)", (name, value))
            self._values[name] = value
