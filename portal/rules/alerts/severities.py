"""Severity of issues and alerts: how soon somebody has to act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.i18n import N_


class Severity(StrEnum):
    """Severity of an issue or alert, most severe first."""

    CRITICAL = "critical"  # nothing works until somebody acts; quiet hours don't delay it
    WARNING = "warning"  # something is worse than usual, and somebody should look today
    INFO = "info"  # nobody has to act


SEVERITY_LABELS: Mapping[str, str] = {
    Severity.CRITICAL: N_("Critical"),
    Severity.WARNING: N_("Warning"),
    Severity.INFO: N_("Info"),
}
_RANKS = {severity: rank for rank, severity in enumerate(reversed(Severity))}


def rank_of(severity: str) -> int:
    """Return the severity as a number, more severe ones are larger; -1 for an unknown one."""
    return _RANKS.get(Severity(severity), -1) if severity in set(Severity) else -1


def is_at_least(severity: str, minimum: str) -> bool:
    """Return whether ``severity`` is as severe as ``minimum``, or more."""
    return rank_of(severity) >= rank_of(minimum)


def worst_of(severities: Iterable[str]) -> Severity:
    """Return the most severe one; `Severity.INFO` if there are none."""
    return Severity(max(severities, key=rank_of, default=Severity.INFO))
