"""A label of a state, with the tone in which it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

Text = str | LazyString


@dataclass(frozen=True)
class Label:
    """Text of a state and its tone (good, info, warn, bad or plain)."""

    text: Text
    tone: str = "plain"
