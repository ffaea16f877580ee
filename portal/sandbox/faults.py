"""Fault injection for REST calls: scripted for single calls, or random by the switches' rates.

============= ==================================================================================
error         ``status`` and ``body``, call not executed; with status 0, only delay the response
timeout       no response, call not executed; the connection closes after a while
reset         no response, call not executed; the connection is reset at once
delay         normal response, ``delay_s`` after the call was executed
error_after   ``status`` (500 by default) and ``body`` although the call was executed
timeout_after no response although the call was executed; the connection closes after a while
reset_after   no response although the call was executed; the connection is reset
cut           headers and half the body, then the connection closes
truncated     half the body, with a matching Content-Length
wrong_type    an HTML page with status 200, as a proxy sends it
slow_body     normal response, sent in small pieces
============= ==================================================================================
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import Response, g, request

from portal.sandbox import broken_responses
from portal.sandbox.connection_faults import CAN_BREAK
from portal.sandbox.latency import LONGEST_DELAY_S, Latency
from portal.sandbox.switches import Switches
from portal.sandbox.validation import is_number, is_text_list

# Faults that replace the call, and faults that change the response to an executed call.
BEFORE = ("error", "timeout", "reset")
AFTER = (
    "delay",
    "error_after",
    "timeout_after",
    "reset_after",
    "cut",
    "truncated",
    "wrong_type",
    "slow_body",
)
# Random faults in order of precedence: a call gets the first one that its draws select.
RATES = (
    "throttle_rate",
    "error_rate",
    "timeout_rate",
    "reset_rate",
    *(f"{kind}_rate" for kind in AFTER if kind != "delay"),
)
INTERNAL_ERROR = '{"errorMessage": "Internal error", "errorCode": "INTERNAL_ERROR"}'
THROTTLED = '{"errorMessage": "Too many requests", "errorCode": "RATE_LIMITED"}'


@dataclass
class Fault:
    """Scripted fault for the next ``times`` calls that match a method and a path prefix.

    An ``error`` with status 0 only delays the normal response. ``delay_s`` is also the duration of
    a timeout or of a slow body; 0 uses the value of the switches.
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
        """Raise ValueError for an invalid field."""
        has_times = isinstance(self.times, int) and self.times >= 1
        has_delay = is_number(self.delay_s) and 0 <= self.delay_s <= LONGEST_DELAY_S
        texts = (self.path_prefix, self.body, self.method)
        has_texts = all(isinstance(text, str) for text in texts)
        has_headers = isinstance(self.headers, dict) and is_text_list(list(self.headers.values()))
        is_status = isinstance(self.status, int) and (self.status == 0 or 200 <= self.status <= 599)  # noqa: PLR2004 - HTTP statuses
        if self.kind not in (*BEFORE, *AFTER):
            raise ValueError(f"kind is one of {', '.join((*BEFORE, *AFTER))}, not {self.kind!r}")
        if not (has_times and has_delay and has_texts and has_headers and is_status):
            raise ValueError(
                "path_prefix, method, status, body, delay_s, times or headers is wrong"
            )

    def matches(self, method: str, path: str) -> bool:
        """Return whether the fault applies to a call."""
        return self.method in ("", method) and path.startswith(self.path_prefix)


class Faults:
    """Injects faults: `before` replaces a call, `after` changes the response to one."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.latency = Latency(switches)
        self.scripted: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Script a fault for the next matching calls."""
        with self._lock:
            self.scripted.append(fault)

    def before(self, path: str) -> Response | None:
        """Return a response that replaces the call, or None."""
        if CAN_BREAK not in request.environ:
            # The server has delayed all calls except those inside a batch.
            self._stopping.wait(self.latency.seconds(request.path))
        drawn = self._draw_fault()
        fault = self._next_scripted(path) or drawn
        if fault is None:
            return None
        if fault.kind in AFTER:
            g.fault = fault
            return None
        if fault.kind == "error":
            self._stopping.wait(fault.delay_s)
            return _error(fault) if fault.status else None
        return self._interrupt(fault)

    def after(self, answer: Response) -> Response:
        """Return the response to send for an executed call, changed by the call's fault if any."""
        fault: Fault | None = g.pop("fault", None)
        return answer if fault is None else self._apply(fault, answer)

    def stop(self) -> None:
        """End all delays, because the server is about to stop."""
        self._stopping.set()

    def _apply(self, fault: Fault, answer: Response) -> Response:
        changed = answer
        match fault.kind:
            case "delay":
                self._stopping.wait(fault.delay_s)
            case "error_after":
                changed = _error(fault)
            case "truncated":
                changed = broken_responses.truncated(answer)
            case "wrong_type":
                changed = broken_responses.html_page()
            case "slow_body":
                slow_s = fault.delay_s or self._switches.number("slow_body_s")
                changed = broken_responses.slow(
                    answer, min(slow_s, LONGEST_DELAY_S), self._stopping
                )
            case "cut" if CAN_BREAK in request.environ:
                changed = broken_responses.cut(answer)
            case _:
                changed = self._interrupt(fault)
        return changed

    def _interrupt(self, fault: Fault) -> Response:
        is_timeout = fault.kind.startswith("timeout")
        if CAN_BREAK not in request.environ:
            # A call inside a batch has no connection that could break.
            status, code = (504, "TIMEOUT") if is_timeout else (502, "INTERNAL_ERROR")
            return broken_responses.error(status, code, "The call got no response")
        if is_timeout:
            return broken_responses.held(fault.delay_s or self._switches.number("timeout_s"))
        return broken_responses.reset()

    def _draw_fault(self) -> Fault | None:
        """Return the random fault of this call, if any."""
        number = self._switches.number
        with self._lock:
            # Every call draws the same number of times, whatever the rates. Changing one switch
            # therefore doesn't shift the draws of the other faults.
            rng = self._switches.rng("faults")
            shares = [rng.random() for _ in RATES]
        for rate, share in zip(RATES, shares, strict=True):
            if share < number(rate):
                return self._random_fault(rate)
        return None

    def _random_fault(self, rate: str) -> Fault:
        if rate == "throttle_rate":
            wait_s = round(self._switches.number("throttle_wait_s"))
            headers = {"Retry-After": str(wait_s)} if wait_s else {}
            return Fault("", 429, THROTTLED, headers=headers)
        if rate == "error_rate":
            return Fault("", 500, INTERNAL_ERROR)
        return Fault("", kind=rate.removesuffix("_rate"))

    def _next_scripted(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self.scripted:
                if fault.matches(request.method, path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.scripted.remove(fault)
                    return fault
        return None


def _error(fault: Fault) -> Response:
    has_defaults = fault.kind == "error_after" and not fault.status
    status, body = (500, INTERNAL_ERROR) if has_defaults else (fault.status, fault.body)
    return Response(body, status, fault.headers, content_type="application/json")
