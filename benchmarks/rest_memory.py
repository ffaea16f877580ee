"""Memory and start time of the whole product at rest: portal, daemon and Valkey.

The processes are those of `make run` and `make daemon`, with the embedded database. Memory is PSS
as Linux reports it: memory that several processes share counts once. The daemon is ready when it
has logged so and each of its processes has started its work; the time includes importing.
"""

from __future__ import annotations

import os
import re
import shlex
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.gauges import MIB, Group
from benchmarks.mirroring import command_name, worker_count
from benchmarks.report import figure, table
from portal.demo_process import DemoProcess
from portal.models import open_database
from portal.models.migrations import migrate

ROOT = Path(__file__).parent.parent
MEMORY_TARGET_MB = 350
START_TARGET_S = 3
# After this time, start-up work such as the first sweeps is done.
REST_S = 20.0


def main() -> None:
    """Start everything, wait, and print the memory of each process."""
    with tempfile.TemporaryDirectory(prefix="m", dir="/tmp") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/portal.db"
        with open_database(url).connection_context():
            migrate(open_database(url))
        environ = {**os.environ, "DATABASE_URL": url, "REDIS_URL": ""}
        with _running("daemon", [sys.executable, "-m", "daemon"], folder, environ) as daemon:
            started_s, processor_s = _wait_until_ready(daemon)
            with _running("portal", portal_command(), folder, environ) as portal:
                portal.wait_until(lambda: portal.has_logged("Listening at"))
                time.sleep(REST_S)
                rows = [*_memory("daemon", daemon), *_memory("portal", portal)]
    table("Memory at rest", ("program", "process", "PSS in MB"), rows)
    total_mb = sum(float(row[2]) for row in rows)
    print(f"The daemon's start took {processor_s:.1f} processor seconds.\n")
    figure("rest_memory_mb", total_mb, "MB", f"<= {MEMORY_TARGET_MB}")
    figure("daemon_start_s", started_s, "s", f"< {START_TARGET_S}")


def portal_command() -> list[str]:
    """Return the command of `make run` with its number of processes, on a free port."""
    makefile = (ROOT / "Makefile").read_text()
    (line,) = re.findall(r"^\t\$\(BIN\)/(gunicorn .*)$", makefile, flags=re.M)
    (workers,) = re.findall(r"^WORKERS \?= (\d+)$", makefile, flags=re.M)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    arguments = shlex.split(line.replace("$(WORKERS)", workers).replace("$(PORT)", port))
    return [sys.executable, "-m", "gunicorn.app.wsgiapp", *arguments[1:]]


@contextmanager
def _running(
    name: str, command: list[str], folder: Path, environ: dict[str, str]
) -> Iterator[DemoProcess]:
    process = DemoProcess(name, command, folder / f"{name}.log")
    process.start(environ)
    try:
        yield process
    finally:
        process.stop()


def _wait_until_ready(daemon: DemoProcess) -> tuple[float, float]:
    """Return the seconds until the daemon worked, and its processor seconds until then."""
    began_s = psutil.Process(daemon.process.pid).create_time()
    daemon.wait_until(lambda: daemon.has_logged("daemon.ready"))
    daemon.wait_until(lambda: daemon.has_logged("schedule.started"))
    daemon.wait_until(lambda: daemon.log.read_text().count("worker.started") >= worker_count())
    took_s = time.time() - began_s
    return took_s, Group("daemon", [daemon.process.pid]).processor_s()


def _memory(program: str, process: DemoProcess) -> list[tuple[str, str, str]]:
    family = Group(program, [process.process.pid]).processes()
    return [
        (program, command_name(each), f"{each.memory_full_info().pss / MIB:.1f}") for each in family
    ]


if __name__ == "__main__":
    main()
