"""Recognition of keys that are too short or obviously not random.

Nothing can prove that a key is random. These rules refuse what people type, and fewer than one in
a million of the keys that are 32 random bytes.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

MIN_BYTES = 32
# Alphabets: bits of a character, and how many different characters a random key has at least.
_ALPHABETS = (
    (re.compile(rb"[0-9]*"), 3.3, 5),
    (re.compile(rb"[0-9a-f]*|[0-9A-F]*"), 4.0, 8),
    (re.compile(rb".*", re.DOTALL), 6.0, 14),
)
_MIN_DISTINCT_BYTES = 16
_WORDS = re.compile(rb"secret|change|example|password|portal|random|replace", re.IGNORECASE)
# Length of a part like aaaa, abcd or dcba.
_MAX_RUN = 9


def weakness(key: str | bytes) -> str:
    """Return what is wrong with a key, as the end of a sentence; "" if it looks random.

    A text is counted by the bits of its alphabet: 64 hexadecimal digits or 43 characters of base64
    are 32 bytes. The result never contains a part of the key.
    """
    if isinstance(key, bytes):
        return _weakness(key, 8.0, _MIN_DISTINCT_BYTES)
    raw = key.encode()
    if _WORDS.search(raw):
        return "has a word in it"
    return next(
        _weakness(raw, bits, min_distinct)
        for alphabet, bits, min_distinct in _ALPHABETS
        if alphabet.fullmatch(raw)
    )


def _weakness(raw: bytes, bits: float, min_distinct: int) -> str:
    if len(raw) * bits < MIN_BYTES * 8:
        return f"is shorter than {MIN_BYTES} random bytes"
    is_repetition = raw in (raw + raw)[1:-1]
    if is_repetition or len(set(raw)) < min_distinct or _longest_run(raw) > _MAX_RUN:
        return "repeats itself or counts up"
    return ""


def _longest_run(raw: bytes) -> int:
    steps = (after - before for before, after in pairwise(raw))
    runs = (len(list(run)) + 1 for step, run in groupby(steps) if abs(step) <= 1)
    return max(runs, default=1)
