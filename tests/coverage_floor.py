"""Check that fails if a single file's coverage is below the floor, which an average would hide."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def main(floor: float) -> int:
    """Print the files below ``floor`` percent, branches included; return the exit status."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)]
        subprocess.run(command, check=True)
        files = json.loads(report.read_text())["files"]
    low = {
        name: facts["summary"]["percent_covered"]
        for name, facts in files.items()
        if facts["summary"]["percent_covered"] < floor
    }
    for name, percent in sorted(low.items()):
        sys.stdout.write(f"{name}: {percent:.1f} % is below the floor of {floor:g} %\n")
    sys.stdout.write(f"{len(files)} files, {len(low)} below the floor of {floor:g} %\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
