"""Hold a state's word, and the tone that repeats it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel.speaklater import LazyString

Text = str | LazyString


@dataclass(frozen=True)
class Label:
    """Hold a state's word and its tone (good, info, warn, bad or plain)."""

    text: Text
    tone: str = "plain"
