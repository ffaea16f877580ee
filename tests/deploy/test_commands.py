"""The files for installations start the same programs, with files and settings that exist."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.paths import ROOT
from portal.read_settings import read_settings
from portal.sealing import new_key
from tests.deploy.files import (
    COMPOSE,
    DOCKERFILE,
    OWN_SERVICES,
    UNITS,
    compose_commands,
    copied_files,
    image_command,
    procfile_commands,
    unit_commands,
)
from tests.test_config import SETTINGS

pytestmark = pytest.mark.unmeasured

WEB, DAEMON = ["gunicorn", "wsgi:app"], ["python", "-m", "daemon"]
MIGRATE = ["flask", "--app", "wsgi", "migrate"]
# Passed on to other servers of compose.yaml, or read by gunicorn.
OTHER_VARIABLES = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD"}
MADE_BY_INSTALLER = {
    "PORTAL_SECRET_KEY": secrets.token_urlsafe(48),
    "PORTAL_ENCRYPTION_KEYS": new_key(),
    "PORTAL_URL": "https://portal.example.com",
    "MAIL_URL": "smtp://user:password@mail.example.com:587?from=portal@example.com",
    "ECWID_CLIENT_ID": "none",
    "ECWID_CLIENT_SECRET": "none",
}


def test_all_files_start_the_same_programs() -> None:
    assert unit_commands() == {"portal": WEB, "daemon": DAEMON, "migrate": MIGRATE}
    assert procfile_commands() == {"web": WEB, "worker": DAEMON, "release": MIGRATE}
    assert compose_commands() == {"portal": WEB, "daemon": DAEMON, "migrate": MIGRATE}
    assert image_command() == WEB


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the image has, in an own folder."""
    folder = tmp_path_factory.mktemp("image")
    for name in copied_files():
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo")
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def in_image(folder: Path, *command: str) -> str:
    """Run a command as in the image; return what it prints."""
    inherited = {k: v for k, v in os.environ.items() if k not in SETTINGS and k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", *command]
        if command[0] != "python"
        else [sys.executable, *command[1:]],
        cwd=folder,
        env={**inherited, "PORTAL_ENV": "production", "DATABASE_URL": "", **MADE_BY_INSTALLER},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_files_of_the_image_are_enough_to_migrate_and_to_start(image_folder: Path) -> None:
    compile_catalogs = re.findall(r"RUN \.venv/bin/(python -m \S+ --compile)", DOCKERFILE)[0]
    in_image(image_folder, *compile_catalogs.split())

    assert list((image_folder / "portal/web/translations").rglob("*.mo"))
    assert "0001_" in in_image(image_folder, *MIGRATE)
    assert "nothing to do" in in_image(image_folder, *MIGRATE)
    in_image(image_folder, "gunicorn", "--check-config", "wsgi:app")
    in_image(image_folder, "python", "-c", "import daemon.__main__, daemon.worker, daemon.schedule")


def test_only_copied_files_are_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()

    assert lines[1] == "*"
    assert sorted(line[1:] for line in lines if line.startswith("!")) == sorted(copied_files())


@pytest.mark.parametrize("name", OWN_SERVICES)
def test_settings_of_compose_exist_and_are_fit_for_production(name: str) -> None:
    given: dict[str, str] = COMPOSE["services"][name]["environment"]
    passwords = {
        key: re.sub(r"\$\{\w+:\?[^}]*\}", "0123456789abcdef", value) for key, value in given.items()
    }

    settings = read_settings({**MADE_BY_INSTALLER, **passwords})

    assert set(given) <= SETTINGS
    assert settings.is_production
    assert settings.trusted_proxies == 1


def test_units_and_image_have_no_settings_of_their_own() -> None:
    texts = [DOCKERFILE, *(path.read_text() for path in UNITS)]

    assert [name for name in SETTINGS for text in texts if f"{name}=" in text] == []


def test_passwords_of_compose_are_required() -> None:
    text = (ROOT / "compose.yaml").read_text()
    variables = re.findall(r"(?<!\$)\$\{(\w+)(:\?)?", text)

    assert set(variables) == {(name, ":?") for name in OTHER_VARIABLES}


def test_services_of_compose_start_in_order() -> None:
    services = COMPOSE["services"]

    for name in ("portal", "daemon"):
        needed = services[name]["depends_on"]
        assert needed == {"migrate": {"condition": "service_completed_successfully"}}
    assert set(services["migrate"]["depends_on"]) == {"postgres", "valkey"}
    unchecked = [name for name, service in services.items() if "healthcheck" not in service]
    assert unchecked == ["migrate"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
