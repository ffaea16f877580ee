"""Text of a refused act (403): why, and the people to ask."""

from __future__ import annotations

from babel.lists import format_list
from flask import g, request
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.models import Role
from portal.rules.accounts.store_access import StoreAccess, StoreAudience
from portal.services.accounts.team import names_of_members

# A long list of names is no help.
MAX_NAMES = 5


def forbidden_text() -> tuple[str, str]:
    """Return the title and the advice, which names the people who may do it.

    For an operator these are the admins; for a team, the owner or, if they may do it as well, the
    managers.
    """
    if request.blueprint == "operator":
        return (
            _("Only admins can do this"),
            _("Ask an admin. The Users page lists them. Nothing was changed."),
        )
    store_id, access = g.get("store_access", (None, StoreAccess.OWNER))
    if access.is_operator:
        return (
            _("Your operator role can't do this"),
            _(
                "Admins can control sync and events. Everything else is for the store's "
                "team. Nothing was changed."
            ),
        )
    if access is StoreAccess.READ_ONLY and _is_for_managers():
        names = _joined(store_id, (Role.OWNER, Role.MANAGER))
        return (
            _("Your role is read-only"),
            _(
                "Ask the owner or a manager of this store: %(names)s. Nothing was changed.",
                names=names,
            ),
        )
    return (
        _("Only the store's owner can do this"),
        _(
            "Ask the owner of this store: %(name)s. Nothing was changed.",
            name=_joined(store_id, (Role.OWNER,)),
        ),
    )


def _is_for_managers() -> bool:
    audience = g.get("refused_audience", StoreAudience.OWNER)
    return audience in (StoreAudience.EDITORS, StoreAudience.ACTING)


def _joined(store_id: int | None, roles: tuple[Role, ...]) -> str:
    """Return the first names, as this language lists alternatives."""
    names = [] if store_id is None else names_of_members(store_id, roles, MAX_NAMES)
    return format_list(names, style="or", locale=get_locale() or "en")
