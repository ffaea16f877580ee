"""Printer of tables and figures in the format of all benchmarks."""

from __future__ import annotations

from collections.abc import Sequence


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns under a head."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}\n")
    for number, row in enumerate(cells):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
    print()


def latency_suffix(latency_ms: int) -> str:
    """Return the ending of the names of figures that were measured with a latency."""
    return f"_{latency_ms}ms" if latency_ms else ""


def figure(name: str, value: float, unit: str, target: str) -> None:
    """Print one figure with its target."""
    print(f"figure {name} = {value:.2f} {unit} (target {target})", flush=True)
