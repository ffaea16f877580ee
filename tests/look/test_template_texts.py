"""Every text of a template can be translated, as a whole sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.paths import TEMPLATES
from tests.look.template_texts import (
    joined_sentences,
    prose_constants,
    template_paths,
    written_texts,
)

pytestmark = pytest.mark.unmeasured
PATHS = template_paths()
# Templates that still join sentences, with the number of their parts.
JOINED: dict[str, int] = {}


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def test_every_text_in_templates_is_marked_for_translation() -> None:
    found = {name_of(path): [*written_texts(path), *prose_constants(path)] for path in PATHS}

    assert {name: texts for name, texts in found.items() if texts} == {}


def test_no_sentence_is_joined_from_parts() -> None:
    found = {name_of(path): list(joined_sentences(path)) for path in PATHS}

    assert {n: texts for n, texts in found.items() if len(texts) > JOINED.get(n, 0)} == {}
    assert {name for name in JOINED if not found.get(name)} == set(), "take it out of JOINED"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Save {{ _('it') }}</p>", ["Save"]),
        ('<p title="Close">{{ x }}</p>', ["Close"]),
        ('{{ button("Save changes") }}', ["Save changes"]),
        ("{% if x %}{{ y or 'None so far' }}{% endif %}", ["None so far"]),
        ('<p class="large">{{ _("Save") }} <code>GET</code> &nbsp;</p>', []),
        ('{{ button(_("Save"), "primary") }}', []),
    ],
)
def test_unmarked_text_is_found(tmp_path: Path, source: str, texts: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(source)

    assert [*written_texts(path), *prose_constants(path)] == texts


@pytest.mark.parametrize(
    ("source", "is_joined"),
    [
        ("{{ _('Changed') }} {{ time(at) }}", True),
        ("{{ _('Changed ') }}", True),
        ("{{ name }} {{ _('by %(who)s', who=x) }}", True),
        ("{{ _('(see below') }}{{ _(').') }}", True),
        ("{{ _('Changed %(when)s', when=time(at)) }}", False),
        ("{{ _('It works.') }} {{ _('Go on.') }}", False),
        ("{{ _('Orders') }} · {{ store.name }}", False),
        ("<b>{{ _('Changed') }}</b> {{ time(at) }}", False),
    ],
)
def test_joined_sentence_is_found(tmp_path: Path, source: str, is_joined: bool) -> None:
    path = tmp_path / "page.html"
    path.write_text(source)

    assert bool(list(joined_sentences(path))) is is_joined
