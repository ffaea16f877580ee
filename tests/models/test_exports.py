"""`portal.models` exports every table and lists it in `TABLES`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from inspect import getmembers, isclass

from peewee import Model

from portal import models
from portal.models import TABLES, MirrorTable, Table

# Base classes without rows.
BASES = {Table, MirrorTable}


def defined_tables() -> set[type[Model]]:
    """Return the tables that the modules of `portal.models` define; migrations have copies."""
    return {
        member
        for found in pkgutil.iter_modules(models.__path__, "portal.models.")
        if not found.ispkg
        for _, member in getmembers(import_module(found.name), isclass)
        if issubclass(member, Model) and member.__module__ == found.name
    }


def test_every_table_is_listed_once() -> None:
    assert len(TABLES) == len(set(TABLES))
    assert set(TABLES) == defined_tables() - BASES


def test_every_table_is_exported() -> None:
    exported = [getattr(models, name) for name in models.__all__]

    assert defined_tables() <= {value for value in exported if isclass(value)}


def test_every_imported_name_is_exported() -> None:
    modules = {found.name for found in pkgutil.iter_modules(models.__path__)}
    imported = {name for name in vars(models) if not name.startswith("_")} - modules

    assert imported <= set(models.__all__)


def test_table_is_created_after_those_that_it_refers_to() -> None:
    for place, table in enumerate(TABLES):
        earlier = {*TABLES[:place], table}

        assert set(table._meta.model_refs) <= earlier, table.__name__
