"""Retry policy of webhook events, in both directions, and of APIs and endpoints that fail."""

from __future__ import annotations

from portal.rules.work.backoff import Backoff

# Eight attempts within the 24 hours in which Ecwid itself repeats a webhook.
EVENT_BACKOFF = Backoff((10.0, 60.0, 300.0, 1_800.0, 7_200.0, 21_600.0, 54_000.0))
# A failing API or endpoint is probed until it answers, at least every ten minutes.
PROBE_BACKOFF = Backoff((10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 600.0), is_endless=True)
# After a temporary failure of a batch, its halves are retried soon.
SPLIT_DELAY_S = 5.0
