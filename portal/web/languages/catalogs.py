"""Extract, update, check and compile the catalogs of translations: `make messages`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.i18n import DEFAULT_LANGUAGE
from portal.paths import ROOT, TRANSLATIONS
from portal.web.languages.check_catalog import is_translated, missing_texts, problems_of
from portal.web.languages.offered import available_languages

DOMAIN = "messages"
CONFIGURATION = TRANSLATIONS / "babel.cfg"
# Directories with texts for people.
SOURCES = ("portal", "templates")
# The lazy functions are not among Babel's own names.
FUNCTIONS = ("_l", "lazy_gettext")
# Of a file, the name without line numbers: those would change with every edit of a template.
LAYOUT = ("--add-location=file", "--sort-by-file")
WIDTH = "100"
TEAM = "The team of the merchant portal"


def catalog_path(language: str, folder: Path = TRANSLATIONS) -> Path:
    """Return the path of a language's catalog."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages_of(folder: Path = TRANSLATIONS) -> list[str]:
    """Return the languages that have a catalog, complete or not."""
    return sorted(path.parent.parent.name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def compile_catalogs(folder: Path = TRANSLATIONS) -> list[str]:
    """Compile each catalog that is newer than its compiled file; return their languages.

    Safe while other processes read or compile the same catalogs.
    """
    compiled = []
    for language in languages_of(folder):
        source = catalog_path(language, folder)
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _write_compiled(read_catalog(source), target)
            compiled.append(language)
    return compiled


def read_catalog(path: Path) -> Catalog:
    """Return the catalog in this file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def extract(template: Path) -> None:
    """Write every text of the portal to ``template``, a ``.pot`` file."""
    names = [part for name in FUNCTIONS for part in ("-k", name)]
    options = ["-F", str(CONFIGURATION), "-c", "Translators:", "--project", "merchant-portal"]
    # Paths in the catalog are relative to the directory in which Babel runs.
    with chdir(ROOT):
        _babel("extract", *names, *LAYOUT, *options, "-w", WIDTH, "-o", str(template), *SOURCES)


def update_catalogs(template: Path, folder: Path = TRANSLATIONS) -> None:
    """Add the new texts of ``template`` to all catalogs and drop those that are no longer used.

    A changed text counts as new: a guess from a similar text is a wrong translation that nobody
    notices.
    """
    for language in languages_of(folder):
        _babel(
            "update",
            *("-i", str(template), "-o", str(catalog_path(language, folder))),
            *("-l", language, "-w", WIDTH),
            *("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"),
        )


def add_language(language: str, folder: Path = TRANSLATIONS) -> None:
    """Create the catalog of a language, without any text before its first update.

    Raises FileExistsError if there is one, and UnknownLocaleError if there is no such language.
    """
    path = catalog_path(language, folder)
    if path.exists():
        raise FileExistsError(path)
    english_name = Locale.parse(language).english_name
    catalog = Catalog(
        locale=language,
        fuzzy=False,
        header_comment=f"# Merchant portal in {english_name}; see docs/translating.md.",
        project="merchant-portal",
        version="1",
        last_translator=TEAM,
        language_team=TEAM,
        msgid_bugs_address=TEAM,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=int(WIDTH))


def report(folder: Path = TRANSLATIONS) -> Iterator[str]:
    """Yield one line for each fault: of offered languages also for each missing text."""
    for language in languages_of(folder):
        catalog = read_catalog(catalog_path(language, folder))
        yield from (f"{language}: {problem}" for problem in problems_of(catalog))
        if language in available_languages():
            yield from (f"{language}: missing: {text}" for text in missing_texts(catalog))
    for language in available_languages():
        if language != DEFAULT_LANGUAGE and not catalog_path(language, folder).exists():
            yield f"{language}: is offered, but has no catalog"


def main(arguments: list[str] | None = None) -> int:
    """Run `make messages`; return 1 if a catalog has a fault."""
    parser = argparse.ArgumentParser(description="Update, check and compile the translations.")
    parser.add_argument("--add", metavar="LANGUAGE", help="create the catalog of a language")
    parser.add_argument("--compile", action="store_true", help="only compile, without a check")
    parser.add_argument("--folder", type=Path, default=TRANSLATIONS, help=argparse.SUPPRESS)
    parser.add_argument("--template", type=Path, help="use these texts instead of extracting them")
    chosen = parser.parse_args(arguments)
    if chosen.compile:
        compile_catalogs(chosen.folder)
        return 0
    if chosen.add:
        add_language(chosen.add, chosen.folder)
    with _template(chosen.template) as template:
        update_catalogs(template, chosen.folder)
    compile_catalogs(chosen.folder)
    for language in languages_of(chosen.folder):
        catalog = read_catalog(catalog_path(language, chosen.folder))
        print(f"{language}: {len(catalog)} texts, {len(missing_texts(catalog))} missing")  # noqa: T201
    faults = list(report(chosen.folder))
    for line in faults:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if faults else 0


@contextmanager
def _template(given: Path | None) -> Iterator[Path]:
    """Yield the given file, or a temporary one with the extracted texts."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as created:
        template = Path(created) / f"{DOMAIN}.pot"
        extract(template)
        yield template


def _write_compiled(catalog: Catalog, target: Path) -> None:
    # An incomplete plural would be shown as an empty text instead of in English.
    for message in [each for each in catalog if each.id and not is_translated(each)]:
        catalog.delete(message.id, message.context)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        write_mo(file, catalog)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(target)


def _babel(command: str, *options: str) -> None:
    CommandLineInterface().run(["pybabel", "--quiet", command, *options])


if __name__ == "__main__":
    raise SystemExit(main())
