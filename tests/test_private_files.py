"""Files of the portal can be read by its own user only."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.errors import SettingsError
from portal.mail import Mailer, RenderedEmail
from portal.models import open_database
from portal.paths import ROOT
from portal.private_files import PRIVATE_UMASK, tighten_files, use_private_umask
from portal.read_settings import start_settings
from tests.test_config import KEYS, SETTINGS

FOREIGNER = 12_345
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """A system whose new files can be read by everybody, as after the installation."""
    previous = os.umask(0)
    yield
    os.umask(previous)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in folder.rglob("*")
    }


def test_new_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    use_private_umask()
    database = open_database(f"sqlite:///{tmp_path}/var/portal.db")
    with database.connection_context():
        database.execute_sql("CREATE TABLE kept (id INTEGER)")
        email = RenderedEmail("subject", "text", "<p>html</p>")
        with Mailer(f"file://{tmp_path}/var/mail").connect() as connection:
            connection.send(email, to="ada@example.com")
        found = modes(tmp_path)
    database.close_all()

    assert {"var", "var/portal.db", "var/portal.db-wal", "var/mail"} < found.keys()
    assert set(found.values()) == {0o700, 0o600}


def test_start_tightens_the_files_of_an_older_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for folder in ("var/mail", "var/appendonlydir"):
        Path(folder).mkdir(parents=True)
    for name in ("portal.db", "portal.db-wal", "portal.db.turn", "other.txt"):
        Path("var", name).touch()
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in KEYS.items()))

    settings = start_settings()

    assert settings.database_file == Path("var/portal.db")
    assert modes(tmp_path) == {
        ".env": 0o660,
        "var": 0o777,
        "var/mail": 0o700,
        "var/appendonlydir": 0o700,
        "var/portal.db": 0o600,
        "var/portal.db-wal": 0o600,
        "var/portal.db.turn": 0o600,
        "var/other.txt": 0o666,
    }


def test_sockets_of_the_web_server_are_for_its_user_only() -> None:
    assert runpy.run_path(str(ROOT / "gunicorn.conf.py"))["umask"] == PRIVATE_UMASK


@as_root
def test_file_of_another_user_is_refused_in_production(tmp_path: Path) -> None:
    database, key = tmp_path / "portal.db", tmp_path / "secret_key"
    for path in (database, key):
        path.touch()
        os.chown(path, FOREIGNER, FOREIGNER)

    with pytest.raises(SettingsError) as refused:
        tighten_files(tmp_path, database, refuse_foreign=True)
    tighten_files(tmp_path, database, refuse_foreign=False)

    named = [
        problem.partition(" belongs to another user: ")[0] for problem in refused.value.problems
    ]
    assert named == [str(key), str(database)]
    assert f"`chown {os.geteuid()} {database}`" in refused.value.problems[1]
    assert modes(tmp_path) == {"portal.db": 0o666, "secret_key": 0o666}


@as_root
@pytest.mark.parametrize(
    ("owner", "mode", "is_refused"),
    [(0, 0o640, False), (0, 0o644, True), (FOREIGNER + 1, 0o640, True)],
    ids=["root", "root, for everybody", "another user"],
)
def test_settings_may_belong_to_root_if_nobody_else_reads_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, mode: int, is_refused: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    Path(".env").touch()
    Path(".env").chmod(mode)
    os.chown(".env", owner, FOREIGNER)
    problems: tuple[str, ...] = ()
    os.seteuid(FOREIGNER)
    try:
        tighten_files(Path("var"), None, refuse_foreign=True)
    except SettingsError as error:
        problems = tuple(error.problems)
    finally:
        os.seteuid(0)

    assert [each.partition(":")[0] for each in problems] == [
        ".env belongs to another user"
    ] * is_refused


@as_root
def test_directory_that_only_another_user_may_enter_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    os.seteuid(FOREIGNER)
    try:
        with pytest.raises(SettingsError, match=f"{data}/secret_key belongs to another user"):
            tighten_files(data, None, refuse_foreign=True)
    finally:
        os.seteuid(0)


def test_nothing_is_changed_before_the_first_start(tmp_path: Path) -> None:
    tighten_files(tmp_path / "new", None, refuse_foreign=True)

    assert not (tmp_path / "new").exists()
