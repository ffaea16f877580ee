"""Number of threads that suits this machine."""

from __future__ import annotations

import os

# More threads than 20 stores whose API hangs can occupy. Each further core can use 16 more.
MIN_AUTO_THREADS = 32
AUTO_THREADS_PER_CORE = 16
MAX_AUTO_THREADS = 128


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def auto_threads(core_count: int) -> int:
    """Return the number of threads per queue on a machine with ``core_count`` cores."""
    return min(max(MIN_AUTO_THREADS, AUTO_THREADS_PER_CORE * core_count), MAX_AUTO_THREADS)
