"""Bring a replay of events forward."""

from __future__ import annotations

from daemon.job import job
from portal.services.events.replay_steps import bring_forward
from portal.services.runtime import Runtime


@job
def replay_events(runtime: Runtime, replay_id: int) -> None:
    """Let the next events of one replay go; safe to run twice, and beside itself."""
    bring_forward(runtime, replay_id)
