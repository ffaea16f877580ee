"""The API stays as docs/api/v1.json has frozen it; additions are in its changelog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from portal.rules.api_versions.compare_documents import compare_documents
from portal.rules.api_versions.differences import ChangeKind, frozen_shape
from portal.web.api.changelog import CHANGELOG, DOCUMENT, kept_shape, main, served_shape
from tests.web.api.conftest import Caller


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A directory with a frozen document and a changelog, which the commands renew."""
    main(["document"], tmp_path)
    (tmp_path / CHANGELOG).write_text("# Changelog\n")
    return tmp_path


def freeze(docs: Path, shape: dict[str, Any]) -> None:
    (docs / DOCUMENT).write_text(json.dumps(shape))


def test_nothing_breaks_programs_that_use_the_frozen_document() -> None:
    differences = compare_documents(kept_shape(), served_shape())

    breaking = [str(each) for each in differences if each.kind is ChangeKind.BREAKING]
    assert breaking == [], "Breaking changes; see docs/api-versioning.md"


def test_frozen_document_has_all_additions() -> None:
    assert kept_shape() == served_shape(), "Run: make api-changelog"


def test_frozen_document_is_the_one_that_is_served(caller: Caller) -> None:
    assert frozen_shape(caller.get("/openapi.json").json) == served_shape()


def test_addition_is_written_into_the_changelog_and_frozen(docs: Path) -> None:
    shape = served_shape()
    del shape["components"]["schemas"]["Order"]["properties"]["total"]
    freeze(docs, shape)

    assert main(["changelog"], docs) == 0

    assert "- `Order.total`: new field\n" in (docs / CHANGELOG).read_text()
    assert kept_shape(docs) == served_shape()
    before = (docs / CHANGELOG).read_text()
    assert main(["changelog"], docs) == 0
    assert (docs / CHANGELOG).read_text() == before


def test_breaking_change_is_listed_and_nothing_is_written(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shape = served_shape()
    shape["components"]["schemas"]["Order"]["properties"]["price"] = {"type": "string"}
    freeze(docs, shape)

    assert main(["changelog"], docs) == 1

    assert "breaking: `Order.price`: removed\n" in capsys.readouterr().err
    assert (docs / CHANGELOG).read_text() == "# Changelog\n"
    assert kept_shape(docs) == shape


def test_unknown_command_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["x"], tmp_path) == 2
    assert "document|changelog" in capsys.readouterr().err
