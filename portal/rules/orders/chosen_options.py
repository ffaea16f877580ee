"""Options of a line request: matched with those of the product, and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from portal.i18n import N_
from portal.rules.orders.catalog_items import (
    FILES_TYPE,
    FREE_TEXT_TYPES,
    MULTI_CHOICE_TYPE,
    CatalogItem,
    ChosenOptions,
    Option,
)
from portal.rules.orders.quotes import ValidationMessage


def match_options(catalog_item: CatalogItem, requested: ChosenOptions) -> ChosenOptions:
    """Return the requested options with the store's spelling of names and choices.

    Outer blanks don't matter on either side. Blank and empty values count as not given. Unknown
    names and values are returned as requested, and `option_problems` reports them.
    """
    known = {option.name: option for option in catalog_item.options}
    matched: dict[str, str | tuple[str, ...]] = {}
    for given_name, given in requested.items():
        name = match_text(given_name, known)
        # Two spellings of one name: the second one is reported as unknown.
        name = given_name if name in matched else name
        option = known.get(name)
        value = given if option is None else _match_value(option, given)
        if value:
            matched[name] = value
    return matched


def match_variation(options: Iterable[Option], own_options: Mapping[str, str]) -> Mapping[str, str]:
    """Return a variation's options with the spelling of the product's options."""
    choices = {option.name: option.choices for option in options}
    return {
        (name := match_text(given, choices)): match_text(value, choices.get(name, ()))
        for given, value in own_options.items()
    }


def match_text(given: str, known: Iterable[str]) -> str:
    """Return the known text that equals ``given`` apart from outer blanks, else ``given``."""
    texts = list(known)
    if given in texts:
        return given
    found = [text for text in texts if text.strip() == given.strip()]
    return found[0] if len(found) == 1 else given


def contains_options(chosen: ChosenOptions, options: Mapping[str, str]) -> bool:
    """Return whether all ``options`` of a variation are chosen."""
    return all(chosen.get(name) == value for name, value in options.items())


def conflicting_options(chosen: ChosenOptions, options: Mapping[str, str]) -> list[str]:
    """Return the names of the variation's ``options`` for which another value is chosen."""
    return [name for name, value in options.items() if chosen.get(name, value) != value]


def option_problems(
    position: int, catalog_item: CatalogItem, requested: ChosenOptions, chosen: ChosenOptions
) -> Iterator[ValidationMessage]:
    """Yield the problems of unknown and ambiguous options, and of required options not chosen.

    ``chosen`` has the options of the variation, too.
    """
    known = {option.name: option for option in catalog_item.options}
    for name, value in match_options(catalog_item, requested).items():
        option = known.get(name)
        if option is None:
            text = N_("%(name)s has no option %(option)s")
            values = {"name": catalog_item.name, "option": name}
            yield ValidationMessage("option_unknown", text, values, position, "options")
        elif not _is_possible(option, value):
            yield _impossible(position, catalog_item, option, value)
    yield from _ambiguous(position, catalog_item, chosen)
    for option in catalog_item.options:
        if option.is_required and option.name not in chosen:
            yield _missing(position, catalog_item, option)


def option_text(value: str | tuple[str, ...]) -> str:
    """Return a chosen value as one text."""
    return value if isinstance(value, str) else ", ".join(value)


def _match_value(option: Option, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(given, str):
        # Texts for engraving and the like keep their blanks, unless they are nothing else.
        matched = match_text(given, option.choices) if option.has_choices else given
        return matched if matched in option.choices or matched.strip() else ""
    return tuple(match_text(text, option.choices) for text in given)


def _is_possible(option: Option, value: str | tuple[str, ...]) -> bool:
    if option.has_choices:
        values = (value,) if isinstance(value, str) else value
        is_one = isinstance(value, str) or option.type == MULTI_CHOICE_TYPE
        return is_one and all(each in option.choices for each in values)
    return option.type in FREE_TEXT_TYPES and isinstance(value, str)


def _ambiguous(
    position: int, catalog_item: CatalogItem, chosen: ChosenOptions
) -> Iterator[ValidationMessage]:
    """Yield the problems of chosen names and choices that the product has twice."""
    names = Counter(option.name for option in catalog_item.options)
    for option in {each.name: each for each in catalog_item.options}.values():
        value = chosen.get(option.name, ())
        values = {"name": catalog_item.name, "option": option.name, "value": option_text(value)}
        texts = (value,) if isinstance(value, str) else value
        if texts and names[option.name] > 1:
            text = N_("%(name)s has several options %(option)s: rename one in the store")
            yield ValidationMessage("option_ambiguous", text, values, position, "options")
        elif option.ambiguous.intersection(texts):
            text = N_(
                "%(name)s: %(option)s has %(value)s at several prices: rename one in the store"
            )
            yield ValidationMessage("option_ambiguous", text, values, position, "options")


def _impossible(
    position: int, catalog_item: CatalogItem, option: Option, value: str | tuple[str, ...]
) -> ValidationMessage:
    values = {"name": catalog_item.name, "option": option.name}
    if option.type == FILES_TYPE:
        text = N_(
            "%(name)s: %(option)s takes files, which can't be sent with an order: leave it out"
        )
        return ValidationMessage("option_needs_file", text, values, position, "options")
    text = N_("%(name)s: %(option)s can't be %(value)s, only %(choices)s")
    shown = {"value": option_text(value), "choices": ", ".join(option.choices) or option.type}
    return ValidationMessage("option_invalid", text, values | shown, position, "options")


def _missing(position: int, catalog_item: CatalogItem, option: Option) -> ValidationMessage:
    values = {"name": catalog_item.name, "option": option.name}
    if option.type == FILES_TYPE:
        text = N_("%(name)s needs a file (%(option)s) and can be bought only in the store itself")
        return ValidationMessage("option_needs_file", text, values, position, "product_id")
    text = N_("%(name)s: fill in %(option)s")
    if option.choices:
        text = N_("%(name)s: choose %(option)s: %(choices)s")
        values |= {"choices": ", ".join(option.choices)}
    return ValidationMessage("option_missing", text, values, position, "options")
