"""How many pages of a list are requested at the same time.

Little's law: calls in flight = calls per second x seconds per call. The rate is the quota's, or the
rate at which the list advances if that is lower, because other lists share the quota or because
pages are written more slowly. In the latter case more pages are requested, up to as many as one
transaction writes, because fewer transactions cost less. A page whose position was predicted
wrongly is a wasted call, so the number of pages also depends on the calls that were wasted so far.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MIN_PAGES = 2
# A bound for memory: a page of 100 products with long descriptions is about 2 MB.
MAX_PAGES = 16
# A list continues in another process, which has made no call yet. Too few pages would cost nearly a
# second there; too many cost only threads that wait.
ASSUMED_CALL_S = 0.8
# Calls differ in duration, and pages are decoded and mapped after their call.
HEAD_ROOM = 1.5
SPARE_PAGES = 2
# As many pages as one transaction writes.
MAX_SPARE_PAGES = 8
# Wasted calls of one time slice: so many, and one for each 20 useful ones.
WASTE_ALLOWANCE = 12
WASTE_DIVISOR = 20
# Weight of the latest value in a moving average.
LATEST_WEIGHT = 0.2


@dataclass(frozen=True)
class LookAhead:
    """Rate of one list and its wasted calls; `pages` returns how many pages to request ahead.

    ``quota_per_s`` is the rate of the quota, and ``pages_per_s`` the measured rate of the list,
    None before its first page. ``spare`` are pages beyond those that the rate needs.
    """

    quota_per_s: float
    pages_per_s: float | None = None
    taken: int = 0
    wasted: int = 0
    spare: int = SPARE_PAGES

    def pages(self, call_s: float | None) -> int:
        """Return the number of pages for calls that take so long; None if that is unknown.

        A single page is the next one, whose position is known. It is never wasted.
        """
        return min(self._affordable(), pages_for_rate(self._rate(), call_s, self.spare))

    def after_page(self, ahead: int, seconds: float, *, arrived: int = 0) -> LookAhead:
        """Return the state after a page that was taken ``seconds`` after its request.

        ``ahead`` is the number of pages that were requested and not yet taken, with this one;
        ``arrived`` of them could be taken at once.
        """
        rate = ahead / max(seconds, 0.001)
        return replace(
            self,
            taken=self.taken + 1,
            pages_per_s=moving_mean(self.pages_per_s, rate),
            spare=self._spare(ahead, arrived),
        )

    def after_miss(self, wasted: int) -> LookAhead:
        """Return the state after so many requested pages turned out to be at wrong positions."""
        return replace(self, wasted=self.wasted + wasted)

    def _spare(self, ahead: int, arrived: int) -> int:
        if arrived == ahead:
            # Pages wait to be written, and the next transaction could write more of them.
            return min(2 * self.spare, MAX_SPARE_PAGES)
        return self.spare if arrived else max(SPARE_PAGES, self.spare - 1)

    def _rate(self) -> float:
        return min(self.quota_per_s, self.pages_per_s or math.inf)

    def _affordable(self) -> int:
        """Return how many pages may be requested if all except the first one may be wasted."""
        return 1 + max(0, WASTE_ALLOWANCE + self.taken // WASTE_DIVISOR - self.wasted)


def pages_for_rate(calls_per_s: float, call_s: float | None, spare: int = SPARE_PAGES) -> int:
    """Return how many calls in flight reach this rate, from `MIN_PAGES` to `MAX_PAGES`."""
    seconds = ASSUMED_CALL_S if call_s is None else call_s
    wanted = min(HEAD_ROOM * calls_per_s * seconds + spare, MAX_PAGES)
    return max(MIN_PAGES, math.ceil(wanted))


def moving_mean(before: float | None, latest: float) -> float:
    """Return the moving average after another value; ``before`` is None at the first one."""
    return latest if before is None else before + LATEST_WEIGHT * (latest - before)
