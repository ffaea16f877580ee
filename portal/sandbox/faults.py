"""Break REST calls on purpose: one by one as scripted, or by chance as the switches say.

============= ==================================================================================
error         ``status`` and ``body`` instead of the call; status 0: the call, but later
timeout       neither call nor answer; the connection ends after a while
reset         neither call nor answer; the connection is reset at once
late          the true answer, ``delay_s`` after the call was done
error_after   ``status`` (else 500) and ``body`` after the call was done
timeout_after no answer, though the call was done; the connection ends after a while
reset_after   no answer, though the call was done; the connection is reset
cut           the header and half the body, then the connection ends
truncated     half the body as if it were all
wrong_type    a web page with status 200, as a proxy sends it
slow_body     the true answer, drop by drop
============= ==================================================================================
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import Response, g, request

from portal.sandbox import broken
from portal.sandbox.checks import is_number, is_texts
from portal.sandbox.connection import CAN_BREAK
from portal.sandbox.switches import Switches

LONGEST_DELAY_S = 600
# What is played instead of the call, and what becomes of the answer when the call is done.
BEFORE = ("error", "timeout", "reset")
AFTER = (
    "late",
    "error_after",
    "timeout_after",
    "reset_after",
    "cut",
    "truncated",
    "wrong_type",
    "slow_body",
)
# By chance, the first of these that is drawn is played.
RATES = (
    "throttle_rate",
    "error_rate",
    "timeout_rate",
    "reset_rate",
    *(f"{kind}_rate" for kind in AFTER if kind != "late"),
)
BROKEN = '{"errorMessage": "Internal error", "errorCode": "INTERNAL_ERROR"}'
THROTTLED = '{"errorMessage": "Too many requests", "errorCode": "RATE_LIMITED"}'


@dataclass
class Fault:
    """Hold what befalls the next ``times`` calls of a method and path.

    ``status`` 0 of kind ``error`` means: only delay the true answer. ``delay_s`` is how long a
    timeout is held or a slow body takes, too; 0 leaves that to the switches.
    """

    path_prefix: str
    status: int = 0
    body: str = ""
    delay_s: float = 0.0
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    method: str = ""
    kind: str = "error"

    def __post_init__(self) -> None:
        """Raise ValueError for what can't be played."""
        has_times = isinstance(self.times, int) and self.times >= 1
        has_delay = is_number(self.delay_s) and 0 <= self.delay_s <= LONGEST_DELAY_S
        texts = (self.path_prefix, self.body, self.method)
        has_texts = all(isinstance(text, str) for text in texts)
        has_headers = isinstance(self.headers, dict) and is_texts(list(self.headers.values()))
        is_status = isinstance(self.status, int) and (self.status == 0 or 200 <= self.status <= 599)  # noqa: PLR2004 - HTTP's
        if self.kind not in (*BEFORE, *AFTER):
            raise ValueError(f"kind is one of {', '.join((*BEFORE, *AFTER))}, not {self.kind!r}")
        if not (has_times and has_delay and has_texts and has_headers and is_status):
            raise ValueError(
                "path_prefix, method, status, body, delay_s, times or headers is wrong"
            )

    def befalls(self, method: str, path: str) -> bool:
        """Tell whether a call is one of those meant."""
        return self.method in ("", method) and path.startswith(self.path_prefix)


class Faults:
    """Play faults around REST calls: `before` in place of one, `after` on its answer."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.scripted: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Play a fault at the next calls that it befalls."""
        with self._lock:
            self.scripted.append(fault)

    def before(self, path: str) -> Response | None:
        """Return the answer to give instead of the true one, or None after the latency."""
        drawn, latency_s = self._draw()
        self._stopping.wait(min(latency_s, LONGEST_DELAY_S))
        fault = self._next_scripted(path) or drawn
        if fault is None:
            return None
        if fault.kind in AFTER:
            g.fault = fault
            return None
        if fault.kind == "error":
            self._stopping.wait(fault.delay_s)
            return _error(fault) if fault.status else None
        return self._interrupted(fault)

    def after(self, answer: Response) -> Response:
        """Return what leaves instead of the answer to a call that is done."""
        fault: Fault | None = g.pop("fault", None)
        return answer if fault is None else self._spoilt(fault, answer)

    def stop(self) -> None:
        """Hold nothing back any longer: the server is about to stop."""
        self._stopping.set()

    def _spoilt(self, fault: Fault, answer: Response) -> Response:
        spoilt = answer
        match fault.kind:
            case "late":
                self._stopping.wait(fault.delay_s)
            case "error_after":
                spoilt = _error(fault)
            case "truncated":
                spoilt = broken.truncated(answer)
            case "wrong_type":
                spoilt = broken.web_page()
            case "slow_body":
                slow_s = fault.delay_s or self._switches.number("slow_body_s")
                spoilt = broken.dripping(answer, min(slow_s, LONGEST_DELAY_S), self._stopping)
            case "cut" if CAN_BREAK in request.environ:
                spoilt = broken.cut(answer)
            case _:
                spoilt = self._interrupted(fault)
        return spoilt

    def _interrupted(self, fault: Fault) -> Response:
        is_timeout = fault.kind.startswith("timeout")
        if CAN_BREAK not in request.environ:
            # A call of a batch has no connection of its own.
            status, code = (504, "TIMEOUT") if is_timeout else (502, "INTERNAL_ERROR")
            return broken.error(status, code, "The call got no answer")
        if is_timeout:
            return broken.held(fault.delay_s or self._switches.number("timeout_s"))
        return broken.reset()

    def _draw(self) -> tuple[Fault | None, float]:
        """Return what chance wants, and the latency in seconds."""
        number = self._switches.number
        with self._lock:
            # As many draws for each call, whatever the rates: one switch doesn't shift the others.
            chance = self._switches.chance("faults")
            jitter, *shares = (chance.random() for _ in range(len(RATES) + 1))
        latency_ms = number("latency_ms") + jitter * number("latency_jitter_ms")
        for rate, share in zip(RATES, shares, strict=True):
            if share < number(rate):
                return self._by_chance(rate), latency_ms / 1000
        return None, latency_ms / 1000

    def _by_chance(self, rate: str) -> Fault:
        if rate == "throttle_rate":
            wait_s = round(self._switches.number("throttle_wait_s"))
            headers = {"Retry-After": str(wait_s)} if wait_s else {}
            return Fault("", 429, THROTTLED, headers=headers)
        if rate == "error_rate":
            return Fault("", 500, BROKEN)
        return Fault("", kind=rate.removesuffix("_rate"))

    def _next_scripted(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self.scripted:
                if fault.befalls(request.method, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.scripted.remove(fault)
                    return fault
        return None


def _error(fault: Fault) -> Response:
    is_bare = fault.kind == "error_after" and not fault.status
    status, body = (500, BROKEN) if is_bare else (fault.status, fault.body)
    return Response(body, status, fault.headers, content_type="application/json")
