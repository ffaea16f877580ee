"""The Python client in clients/python is generated from the document, and its README is true."""

from __future__ import annotations

import json
import re
import shutil
from filecmp import dircmp
from pathlib import Path

import pytest

from portal.paths import ROOT
from portal.web.api.growing_values import without_growing_choices
from tests.clients.conftest import ServedPortal
from tests.clients.programs import import_all, run_generator, run_program, run_python

pytestmark = pytest.mark.unmeasured

PUBLISHED = ROOT / "clients" / "python"
PACKAGE = "merchant_portal_client"
README_OUTPUT = """\
1003 Clay & Co EUR
404 not_found
[('Bowl', '12.50')]
27.40 2.50 []
submitted {number}
"""


def differences(compared: dircmp[str]) -> list[str]:
    """Return the names of files that differ or are missing in one of two folders."""
    own = [*compared.diff_files, *compared.left_only, *compared.right_only]
    return [*own, *(name for below in compared.subdirs.values() for name in differences(below))]


def test_published_client_is_what_openapi_python_client_generates(
    portal: ServedPortal, tmp_path: Path
) -> None:
    made = tmp_path / PACKAGE
    document = tmp_path / "client_document.json"
    document.write_text(json.dumps(without_growing_choices(portal.document)))

    run_program(PUBLISHED / "generate", document, made, folder=tmp_path)

    found = differences(dircmp(made, PUBLISHED / PACKAGE, ignore=["__pycache__"]))
    assert found == [], "make clients renews the client"


def test_openapi_python_client_takes_the_served_document_as_well(
    portal: ServedPortal, tmp_path: Path
) -> None:
    run_program(PUBLISHED / "generate", portal.document_path, tmp_path / PACKAGE, folder=tmp_path)

    assert import_all(PACKAGE, folder=tmp_path, path=tmp_path) > 200


def test_program_of_the_published_clients_readme_sends_an_order(
    portal: ServedPortal, tmp_path: Path
) -> None:
    installed = install_published_client(tmp_path)
    text = (PUBLISHED / "README.md").read_text()
    program = tmp_path / "program.py"
    program.write_text("\n".join(re.findall(r"```python\n(.+?)```", text, flags=re.DOTALL)))
    env = {"PORTAL_API": portal.api_url, "PORTAL_KEY": portal.key}

    printed = run_python("-W", "error", program, folder=tmp_path, path=installed, env=env)

    order = portal.order()
    before, number, changes = printed.partition(f"{order['id']}\n")
    assert before + number == README_OUTPUT.format(number=order["id"])
    assert f"1003 orders {order['internalId']} created\n" in changes
    assert import_all(PACKAGE, folder=tmp_path, path=installed) > 200


def install_published_client(folder: Path) -> Path:
    """Install the published client as its README says, but not its dependencies."""
    # setuptools writes into the folder that it installs from.
    source = shutil.copytree(PUBLISHED, folder / "source", ignore=shutil.ignore_patterns("build"))
    installed = folder / "installed"
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", installed)
    run_generator("pip", "install", *options, source, folder=folder)
    return installed
