"""Run benchmarks and save their output: ``python -m benchmarks [NAME …]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path("var/bench")
NAMES = (
    "api",
    "backfill",
    "change_feed",
    "change_to_page",
    "copy_floor",
    "demo_ready",
    "events",
    "fairness",
    "hostile_clients",
    "list_rate",
    "many_stores",
    "orders",
    "outage",
    "oversell",
    "overview",
    "pages",
    "quota",
    "record_search",
    "refused_sign_ins",
    "rest_memory",
    "sandbox_page",
    "sweeps",
    "sync",
    "takeover",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; return 1 if any failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return max(_run(name) for name in names or NAMES)


def _run(name: str) -> int:
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    with (
        (FOLDER / f"{name}.txt").open("w") as kept,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
    ):
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            kept.write(line)
    return int(process.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
