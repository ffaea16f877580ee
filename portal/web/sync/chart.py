"""Draw how far behind a resource was in the last two days: a picture, a sentence, a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.models import FreshnessPoint
from portal.rules.sync.freshness import Freshness
from portal.services.sync.freshness_history import KEPT, SLOT, slot_of
from portal.web.labels import FRESHNESS

SLOTS = KEPT // SLOT
HEIGHT = 40
# A resource that is never behind would show nothing: each point is at least this high.
LEAST = 3

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Chart:
    """Hold a picture of bars: a path for each tone, and where the limit of lateness lies.

    ``points`` counts the quarters of an hour that are known, ``on_time`` those that were on time;
    ``worst`` is the most minutes behind, None where nothing is known.
    """

    paths: Mapping[str, str]
    limit_y: float
    points: int
    on_time: int
    worst: int | None
    width: int = SLOTS
    height: int = HEIGHT


def chart_of(points: Sequence[FreshnessPoint], *, now: datetime, late_after: timedelta) -> Chart:
    """Return the picture of these points; its top is twice the limit of lateness."""
    limit = max(1, late_after // _MINUTE)
    newest = slot_of(now)
    strokes: dict[str, list[str]] = defaultdict(list)
    for point in points:
        place = SLOTS - 1 - (newest - point.at) // SLOT
        tone = FRESHNESS[point.word].tone
        strokes[tone].append(f"M{place + 0.5} {HEIGHT}v-{_height(point, limit)}")
    words = Counter(point.word for point in points)
    known = [point.minutes_behind for point in points if point.minutes_behind is not None]
    return Chart(
        paths={tone: "".join(parts) for tone, parts in strokes.items()},
        limit_y=HEIGHT / 2,
        points=len(points),
        on_time=words[Freshness.ON_TIME],
        worst=max(known, default=None),
    )


@dataclass(frozen=True)
class Stretch:
    """Hold quarters of an hour in a row with the same word; ``worst`` is as in `Chart`."""

    word: str
    begins_at: datetime
    ends_at: datetime
    worst: int | None


def stretches_of(points: Sequence[FreshnessPoint]) -> Sequence[Stretch]:
    """Return what the picture of these points shows, in words, the newest stretch first."""
    stretches: list[Stretch] = []
    for point in points:
        one = Stretch(point.word, point.at, point.at + SLOT, point.minutes_behind)
        last = stretches[-1] if stretches else None
        if last is None or (last.word, last.ends_at) != (one.word, one.begins_at):
            stretches.append(one)
            continue
        known = [worst for worst in (last.worst, one.worst) if worst is not None]
        stretches[-1] = replace(last, ends_at=one.ends_at, worst=max(known, default=None))
    return stretches[::-1]


def _height(point: FreshnessPoint, limit: int) -> int:
    behind = point.minutes_behind
    share = 1.0 if behind is None else min(1.0, behind / (2 * limit))
    return max(LEAST, round(share * HEIGHT))
