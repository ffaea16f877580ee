"""Catalogs of translations: extraction, update, checks and compiled files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from babel.support import Translations

from portal.i18n import DEFAULT_LANGUAGE
from portal.paths import ROOT, TRANSLATIONS
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.languages import offered
from portal.web.languages.catalogs import (
    add_language,
    catalog_path,
    compile_catalogs,
    main,
    read_catalog,
    report,
    update_catalogs,
)
from portal.web.languages.check_catalog import missing_texts, problems_of
from tests.pseudo_language import extracted, offer, pseudo_text, template_bytes


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with all texts."""
    path = tmp_path_factory.mktemp("template") / "messages.pot"
    path.write_bytes(template_bytes())
    return path


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """A copy of the catalogs, updated as by `make messages`."""
    folder = tmp_path_factory.mktemp("copy") / "translations"
    shutil.copytree(TRANSLATIONS, folder)
    update_catalogs(template, folder)
    return folder


def texts_of(path: Path) -> str:
    """Return a catalog without its first entry, which names versions and times."""
    return path.read_text().split("\n\n", 1)[1]


def test_offered_languages_are_up_to_date_with_the_source(updated: Path) -> None:
    stale = [
        language
        for language in offered.OFFERED_LANGUAGES
        if language != DEFAULT_LANGUAGE
        and texts_of(catalog_path(language, updated)) != texts_of(catalog_path(language))
    ]

    assert stale == [], "run `make messages`"


def test_catalogs_have_no_faults_and_offered_ones_miss_nothing() -> None:
    assert list(report()) == []


def test_every_kind_of_source_is_extracted() -> None:
    texts = {str(message.id) for message in extracted()}
    files = {name for message in extracted() for name, _line in message.locations}

    assert "Save" in texts
    assert {name.partition("/")[0] for name in files} == {"portal", "templates"}
    assert any(name.startswith("portal/services/") for name in files)
    assert any(name.endswith(".txt") for name in files) or not list(
        Path("templates").rglob("*.txt")
    )
    assert not any(name.startswith("portal/sandbox/") for name in files)


def catalog_of(text: object, translation: object, **options: object) -> Catalog:
    """Return a German catalog with one translation."""
    catalog = Catalog(locale="de")
    catalog.add(text, translation, **options)
    return catalog


PLURAL = ("%(num)d key of %(store)s", "%(num)d keys of %(store)s")


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Hello %(name)s", "Hallo %(name)s"),
        ("Hello %(name)s", ""),
        ("%(a)s of %(b)s", "%(b)s: %(a)s"),
        ("100%% of it", "100 %% davon"),
        ("<b>Bold</b> text", "<b>Fetter</b> Text"),
        (PLURAL, ("Ein Schlüssel von %(store)s", "%(num)d Schlüssel von %(store)s")),
    ],
)
def test_right_translation_has_no_problem(text: object, translation: object) -> None:
    assert list(problems_of(catalog_of(text, translation))) == []


@pytest.mark.parametrize(
    ("text", "translation", "problem"),
    [
        ("Hello %(name)s", "Hallo %(title)s", "unknown %(title)s"),
        ("Hello %(name)s", "Hallo", "without %(name)s"),
        ("%(count)d records", "%(count)s Datensätze", "unknown %(count)s"),
        ("100%% of it", "100 % davon", "unknown %"),
        ("<b>Bold</b> text", "Fetter Text", "other HTML tags"),
        ("<b>Bold</b> text", "<b>Fetter<b> Text", "other HTML tags"),
        ("Text", " Text", "other spaces"),
        (PLURAL, ("Ein Schlüssel", "%(num)d Schlüssel von %(store)s"), "without %(store)s"),
    ],
)
def test_wrong_translation_is_reported(text: object, translation: object, problem: str) -> None:
    assert any(problem in line for line in problems_of(catalog_of(text, translation)))


@pytest.mark.parametrize(
    "catalog",
    [
        catalog_of("Save", ""),
        catalog_of("Save", "Sichern", flags=["fuzzy"]),
        catalog_of(PLURAL, ("Ein Schlüssel von %(store)s", "")),
    ],
    ids=["empty", "guessed", "one plural form"],
)
def test_missing_translation_is_reported(catalog: Catalog) -> None:
    assert len(missing_texts(catalog)) == 1


def write_catalog(folder: Path, catalog: Catalog) -> Path:
    """Write a catalog as German; return its path."""
    path = catalog_path("de", folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog)
    return path


def test_texts_without_a_complete_translation_stay_english(tmp_path: Path) -> None:
    catalog = catalog_of("Save", "Sichern")
    catalog.add(("%(num)d key", "%(num)d keys"), ("", ""))
    catalog.add("Cancel", "Abbruch", flags=["fuzzy"])
    write_catalog(tmp_path, catalog)

    assert compile_catalogs(tmp_path) == ["de"]
    assert compile_catalogs(tmp_path) == []
    texts = Translations.load(str(tmp_path), ["de"])
    assert texts.gettext("Save") == "Sichern"
    assert texts.gettext("Cancel") == "Cancel"
    assert texts.ngettext("%(num)d key", "%(num)d keys", 2) == "%(num)d keys"


def test_update_never_guesses_and_drops_texts_that_are_gone(tmp_path: Path, template: Path) -> None:
    catalog = catalog_of("Save", "Sichern")
    catalog.add("Store it", "Falsch")
    path = write_catalog(tmp_path, catalog)

    update_catalogs(template, tmp_path)

    now = read_catalog(path)
    assert now.get("Save").string == "Sichern"
    assert now.get("Store it") is None
    assert not any(message.fuzzy for message in now if message.id)
    assert now.obsolete == {}
    assert len(now) == len(extracted())


def test_messages_fails_with_the_list_of_missing_texts_of_an_offered_language(
    tmp_path: Path,
    template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments = ["--folder", str(tmp_path), "--template", str(template)]
    monkeypatch.setattr(offered, "OFFERED_LANGUAGES", ("en",))
    assert main([*arguments, "--add", "de"]) == 0
    monkeypatch.setattr(offered, "OFFERED_LANGUAGES", ("en", "de", "fr"))

    assert main(arguments) == 1

    out, err = capsys.readouterr()
    assert f"de: {len(extracted())} texts" in out
    assert "de: missing: Save\n" in err
    assert "fr: is offered, but has no catalog\n" in err


def test_language_is_added_by_the_commands_of_the_guide(
    tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    guide = (ROOT / "docs" / "translating.md").read_text()
    assert "make messages LANGUAGE=fr" in guide
    assert "--add $(LANGUAGE)" in (ROOT / "Makefile").read_text()
    monkeypatch.setattr(offered, "OFFERED_LANGUAGES", ("en",))
    assert main(["--folder", str(tmp_path), "--add", "fr"]) == 0

    catalog = read_catalog(catalog_path("fr", tmp_path))
    for message in catalog:
        if message.id:
            ids = message.id
            message.string = (
                tuple(map(pseudo_text, ids)) if isinstance(ids, tuple) else pseudo_text(ids)
            )
    with catalog_path("fr", tmp_path).open("wb") as file:
        write_po(file, catalog)
    offer(monkeypatch, "fr", folder=tmp_path)

    assert main(["--folder", str(tmp_path), "--template", str(template)]) == 0
    page = create_app(runtime).test_client().get("/login", headers={"Accept-Language": "fr-CH"})
    assert '<html lang="fr"' in page.text
    assert pseudo_text("Sign in") in page.text
    assert "Français" in page.text


def test_catalog_is_never_overwritten(tmp_path: Path) -> None:
    write_catalog(tmp_path, catalog_of("Save", "Sichern"))

    with pytest.raises(FileExistsError):
        add_language("de", tmp_path)
