"""Deletion of old onboardings."""

from __future__ import annotations

from datetime import timedelta

from portal.models import Onboarding, utc_now
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

# Nobody returns to an onboarding after that long.
RETENTION = timedelta(days=90)
# Operators compare the connects of a year.
FINISHED_RETENTION = timedelta(days=365)


def prune_onboardings(runtime: Runtime) -> int:
    """Delete old onboardings within a limited time; return their number.

    Unfinished ones are deleted 90 days after their last step, finished ones a year after it.
    """
    now, changed_at = utc_now(), Onboarding.step_changed_at
    is_old = (changed_at < now - FINISHED_RETENTION) | (
        (changed_at < now - RETENTION) & Onboarding.finished_at.is_null()
    )
    return delete_batches(runtime.write_lock, is_old, Onboarding.id)
