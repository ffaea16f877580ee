"""Duration of ``make demo`` on a fresh clone, until it prints where to click."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.report import figure, table
from portal.demo import Demo
from portal.demo_guide import READY

TARGET_S = 120
TIMEOUT_S = 900


def main() -> None:
    """Clone the last commit, run the demo twice, and stop it with Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="d", dir="/tmp") as folder:
        clone = Path(folder) / "clone"
        root = Path(__file__).parent.parent
        subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
        first, second = _ready_after(clone), _ready_after(clone)
    table(
        "make demo, until it prints where to click",
        ["start", "seconds"],
        [["fresh clone", f"{first:.1f}"], ["second start", f"{second:.1f}"]],
    )
    figure("demo_ready_seconds", first, "s", f"< {TARGET_S}")


def _ready_after(clone: Path) -> float:
    demo = Demo.on_free_ports(clone)
    command = ["make", "demo", f"PORT={demo.port}", f"SANDBOX_PORT={demo.sandbox_port}"]
    environ = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "VIRTUAL_ENV")}
    started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=clone,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            if READY in line:
                seconds = time.monotonic() - started
                os.killpg(process.pid, signal.SIGINT)
                process.communicate(timeout=60)
                return seconds
    raise RuntimeError("make demo ended:\n" + "".join(lines[-20:]))


if __name__ == "__main__":
    main()
