"""Keys that are too short or obviously not random are recognized, random ones are accepted."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from random import Random

import pytest

from portal.key_strength import weakness

RANDOM = Random(1)
SHORT, WORD, REGULAR = (
    "is shorter than 32 random bytes",
    "has a word in it",
    "repeats itself or counts up",
)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("", SHORT),
        ("correct horse battery staple", SHORT),
        (RANDOM.randbytes(31).hex(), SHORT),
        (urlsafe_b64encode(RANDOM.randbytes(31)).decode().rstrip("="), SHORT),
        (str(RANDOM.randrange(10**69, 10**70)), SHORT),
        (b"\x17" * 31, SHORT),
        ("x" * 64, REGULAR),
        ("0123456789abcdef" * 4, REGULAR),
        ("Tr0ub4dor&3-xkcd" * 4, REGULAR),
        ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", REGULAR),
        ("zyxwvutsrqponmlkjihgfedcba9876543210" * 2, REGULAR),
        ("qwertzqwertyqwertzuqwertyuqwertzuiqwertyui", SHORT),
        ("asdfjklasdfjklaasdfjkllasdfjklsasdfjkldasdfjklf", REGULAR),
        (f"{b64encode(RANDOM.randbytes(32)).decode()}aaaaaaaaaa", REGULAR),
        ("change-me-to-a-long-text-of-at-least-43-letters", WORD),
        ("this-is-the-production-Secret-key-of-our-own-shop", WORD),
        (bytes(32), REGULAR),
        (bytes(range(32)), REGULAR),
        (b"sixteen letters!" * 2, REGULAR),
    ],
)
def test_weak_key_is_recognized(key: str | bytes, problem: str) -> None:
    assert weakness(key) == problem


def test_random_keys_are_accepted_in_every_notation() -> None:
    for _ in range(200):
        raw = RANDOM.randbytes(32)
        digits = str(int.from_bytes(raw) + 10**78)
        for key in (raw, raw.hex(), raw.hex().upper(), b64encode(raw).decode(), digits):
            assert weakness(key) == "", key
