"""Clients that TypeScript generators make from the document compile, and send its example order."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import ServedPortal
from tests.clients.order_check import check_order
from tests.clients.programs import HERE, last_line, require_node, run_node_program, run_program

pytestmark = pytest.mark.unmeasured

COMPILER = (
    *("--strict", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "node20"),
    "--skipLibCheck",  # the declarations of browsers, which take as long as the client
)


def compile_and_run(portal: ServedPortal, folder: Path, program: str, order_type: str) -> Any:
    """Compile a program with the document's example order as a typed constant; run it.

    Args:
        portal: Portal that the program calls.
        folder: Folder with the generated client.
        program: Name of the program in this folder, without its suffix.
        order_type: Statement that imports or defines the type ``OrderRequest``.
    """
    order = json.dumps(portal.example_order)
    (folder / "example.ts").write_text(
        f"{order_type}\nexport const order: OrderRequest = {order};\n"
    )
    shutil.copy(HERE / f"{program}.ts", folder)
    run_node_program("tsc", *COMPILER, f"{program}.ts", folder=folder)
    return last_line(
        run_program("node", f"{program}.js", portal.api_url, portal.key, folder=folder)
    )


def test_types_of_openapi_typescript_compile_and_send_the_order(
    portal: ServedPortal, tmp_path: Path
) -> None:
    run_node_program("openapi-typescript", portal.document_path, "-o", "schema.ts", folder=tmp_path)

    printed = compile_and_run(
        portal,
        tmp_path,
        "order_by_openapi_fetch",
        'import type { components } from "./schema";\n'
        'type OrderRequest = components["schemas"]["OrderRequest"];',
    )

    check_order(portal, printed)


def test_client_of_hey_api_compiles_and_sends_the_order(
    portal: ServedPortal, tmp_path: Path
) -> None:
    require_node(20, 19)
    plugins = ("@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk")
    options = ("--no-log-file", "-i", portal.document_path, "-o", "client", "-p", *plugins)
    run_node_program("openapi-ts", *options, folder=tmp_path)

    printed = compile_and_run(
        portal, tmp_path, "order_by_hey_api", 'import type { OrderRequest } from "./client";'
    )

    check_order(portal, printed)
