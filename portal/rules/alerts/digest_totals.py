"""Numbers of the daily digest, which also says that everything works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.i18n import N_
from portal.rules.alerts.severities import Severity

STORES, WORKING = N_("Connected stores"), N_("Working stores")
OPEN_LABELS: Mapping[Severity, str] = {
    Severity.CRITICAL: N_("Open critical alerts"),
    Severity.WARNING: N_("Open warnings"),
    Severity.INFO: N_("Open info alerts"),
}


@dataclass(frozen=True)
class DigestTotals:
    """Stores that are not disconnected, those of them that work, and open alerts by severity."""

    stores: int
    working: int
    open_alerts: Mapping[Severity, int]

    def labeled(self) -> list[tuple[str, int]]:
        """Return the numbers with their labels, in the order in which they are shown."""
        numbers = [(STORES, self.stores), (WORKING, self.working)]
        return numbers + [(OPEN_LABELS[each], self.open_alerts[each]) for each in Severity]
