"""Benchmarks, which no test runs, still fit the code that they measure."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import benchmarks

FOLDER = Path(benchmarks.__file__).parent


def test_every_benchmark_can_be_imported() -> None:
    # Others are parts of a benchmark, or programs that it starts with settings of their own.
    runnable = [path.stem for path in FOLDER.glob("[a-z]*.py") if "def main(" in path.read_text()]

    mains = [import_module(f"benchmarks.{name}").main for name in runnable]

    assert len(mains) > 20
    assert all(map(callable, mains))
