"""Mirror of a store with dlt, as its documentation shows, for comparison in `benchmarks.sync`.

Runs in its own virtual environment, so it imports nothing of the portal. Makes two passes, the
second without changes, and prints the seconds and rows of both as JSON. Importing dlt is not
counted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

PATHS = {
    "products": ("/products", "id", "updateTimestamp"),
    "orders": ("/orders", "internalId", "updateTimestamp"),
    "customers": ("/customers", "id", None),
    "coupons": ("/discount_coupons", "id", None),
}
SETTINGS = {
    "LOAD__WORKERS": "1",
    "DESTINATION__SQLALCHEMY__CREATE_PRIMARY_KEYS": "true",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
}


def main() -> None:
    """Load the store twice into the database; print the results of both passes."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--api-url", "--token", "--database-url", "--folder"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    os.environ.update(SETTINGS)
    # dlt reads the environment when it is imported.
    import dlt  # noqa: PLC0415
    from dlt.destinations import sqlalchemy  # noqa: PLC0415
    from dlt.sources.rest_api import rest_api_source  # noqa: PLC0415

    pipeline = dlt.pipeline(
        "store",
        pipelines_dir=str(Path(given.folder) / "pipelines"),
        destination=sqlalchemy(given.database_url),
        dataset_name="mirror",
    )
    config = _config(given.api_url, given.token)
    passes = []
    for _ in range(2):
        source = rest_api_source(config)
        started = time.monotonic()
        pipeline.run(source)
        seconds = time.monotonic() - started
        counts = pipeline.last_trace.last_normalize_info.row_counts
        passes.append({"seconds": seconds, "rows": {name: counts.get(name, 0) for name in PATHS}})
    json.dump(passes, sys.stdout)


def _config(api_url: str, token: str) -> dict[str, Any]:
    """Return dlt's source: every list, page by page; on the second pass only what has changed."""
    return {
        "client": {
            "base_url": api_url,
            "auth": {"type": "bearer", "token": token},
            "paginator": {"type": "offset", "limit": 100, "total_path": "total"},
        },
        "resource_defaults": {"write_disposition": "merge"},
        "resources": [_resource(name, *about) for name, about in PATHS.items()],
    }


def _resource(name: str, path: str, key: str, changed: str | None) -> dict[str, Any]:
    endpoint: dict[str, Any] = {"path": path, "data_selector": "items"}
    if changed is not None:
        endpoint["incremental"] = {
            "start_param": "updatedFrom",
            "cursor_path": changed,
            "initial_value": 0,
        }
    return {"name": name, "primary_key": key, "endpoint": endpoint}


if __name__ == "__main__":
    main()
