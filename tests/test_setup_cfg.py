"""The lists maintained by hand in setup.cfg agree with the files."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from portal.paths import ROOT, STATIC, TEMPLATES

CONFIG = ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
# Data directories that setup.cfg installs as if they were packages.
DATA_PACKAGES = {"portal.static": STATIC, "portal.templates": TEMPLATES}
# The demo starts the other programs as processes and is itself started as one.
DEMO = {
    "portal.demo",
    "portal.demo_channel",
    "portal.demo_guide",
    "portal.demo_operator",
    "portal.demo_process",
    "portal.demo_tour",
    "portal.demo_visitor",
}
MODULES = {
    f"portal.{path.stem}"
    for path in (ROOT / "portal").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
} - {"portal.__init__"}


def listed(section: str, option: str) -> list[str]:
    return CONFIG[section][option].split()


def contract(name: str, option: str) -> set[str]:
    """Return the modules that an import contract names; layers are separated by lines or ``|``."""
    return set(listed(f"importlinter:contract:{name}", option)) - {"|", ":"}


def folder_of(package: str) -> Path:
    return DATA_PACKAGES.get(package, ROOT.joinpath(*package.split(".")))


def data_files() -> Iterator[Path]:
    """Yield every file of the packages that is not Python source."""
    for root in (ROOT / "portal", ROOT / "daemon", *DATA_PACKAGES.values()):
        for path in root.rglob("*"):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                yield path


def drawn_layers(tree: str) -> list[list[str]]:
    """Return the layers of a tree in docs/architecture.md; two spaces end the names of a layer."""
    layers = re.findall(r"^  (\S.*?)(?:  |$)", re.sub(r"\n +\|", " |", tree), flags=re.MULTILINE)
    return [layer.split(" | ") for layer in layers]


@pytest.mark.parametrize(("name", "number"), [("layers", 0), ("services", 1)])
def test_architecture_draws_the_layers_of_the_contract(name: str, number: int) -> None:
    trees = re.findall(r"```\n(.+?)```", ARCHITECTURE, flags=re.DOTALL)
    tree = re.split(r"\n\n", trees[number])[0]
    layers = CONFIG[f"importlinter:contract:{name}"]["layers"].strip().splitlines()

    assert drawn_layers(tree) == [layer.strip().split(" | ") for layer in layers]


def test_every_package_is_listed_exactly_once() -> None:
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for name in ("portal", "daemon")
        for path in (ROOT / name).rglob("__init__.py")
    }

    assert sorted(listed("options", "packages")) == sorted({*packages, *DATA_PACKAGES})


def test_every_directory_with_modules_is_a_package() -> None:
    folders = {path.parent for name in ("portal", "daemon") for path in (ROOT / name).rglob("*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_every_data_file_is_installed() -> None:
    installed = {
        path
        for package in CONFIG["options.package_data"]
        for pattern in CONFIG["options.package_data"][package].replace(",", " ").split()
        for path in folder_of(package).glob(pattern)
    }

    assert [path for path in data_files() if path not in installed] == []


def test_sandbox_may_import_no_other_module_of_the_portal() -> None:
    assert contract("sandbox", "forbidden_modules") == MODULES - {"portal.sandbox"} | {"daemon"}


def test_no_other_module_may_import_the_sandbox() -> None:
    assert contract("sandbox_users", "source_modules") == MODULES - {"portal.sandbox"} | {"daemon"}


def test_only_web_and_sandbox_may_import_flask() -> None:
    allowed = {"portal.web", "portal.sandbox"}

    assert contract("flask", "source_modules") == MODULES - allowed | {"daemon"}


def test_every_module_has_a_layer() -> None:
    apart = {"portal.sandbox", *DEMO}

    assert contract("layers", "layers") == MODULES - apart | {"daemon"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "portal" / "rules").rglob("*.py")), ids=lambda path: path.stem
)
def test_rules_import_the_standard_library_and_msgspec_only(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])

    assert imported <= sys.stdlib_module_names | {"portal", "msgspec"}


def test_bandit_leaves_out_only_what_ruff_checks() -> None:
    ruff = [sys.executable, "-m", "ruff", "rule", "--all", "--output-format", "json"]
    rules = json.loads(subprocess.run(ruff, capture_output=True, check=True).stdout)
    active = {rule["code"] for rule in rules if rule["code"] and not rule["preview"]}
    left_out = CONFIG["bandit"]["skips"].replace("B", "S").split(",")

    # ruff looks at each call of subprocess instead of its import.
    assert set(left_out) - active == {"S404"}
