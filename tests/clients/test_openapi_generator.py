"""Client that openapi-generator makes from the document is importable, and sends its order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients.conftest import ServedPortal
from tests.clients.order_check import check_order
from tests.clients.programs import HERE, import_all, last_line, run_generator, run_python


@pytest.mark.unmeasured
def test_client_of_openapi_generator_is_importable_and_sends_the_order(
    portal: ServedPortal, tmp_path: Path
) -> None:
    parts = "apis,models,supportingFiles,apiTests=false,modelTests=false"
    run_generator(
        "openapi-generator-cli",
        *("generate", "-g", "python", "-i", portal.document_path, "-o", "generated"),
        *("--package-name", "generated_client"),
        *("--global-property", f"{parts},apiDocs=false,modelDocs=false"),
        folder=tmp_path,
    )
    generated = tmp_path / "generated"

    printed = run_python(
        HERE / "order_by_openapi_generator.py",
        *(portal.api_url, portal.key, json.dumps(portal.example_order)),
        folder=tmp_path,
        path=generated,
    )

    assert import_all("generated_client", folder=tmp_path, path=generated) > 100
    check_order(portal, last_line(printed))
