"""Forms about the members of a store's team."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice

from portal.models import GIVEN_ROLES, Role
from portal.web.accounts.forms import SignUpForm
from portal.web.labels import ROLE_PERMISSIONS, ROLES
from portal.web.page_form import PageForm

# Value, name and explanation of each role that an owner can give.
ROLE_OPTIONS = tuple(
    (role.value, ROLES[role].text, ROLE_PERMISSIONS[role].text) for role in GIVEN_ROLES
)
_CHOICES = [SelectChoice(role.value) for role in GIVEN_ROLES]


class RoleForm(PageForm):
    """Form with the role of a member."""

    role = RadioField(_l("Role"), choices=_CHOICES)


class InvitationForm(SignUpForm):
    """Form with the address and the role of a new member."""

    role = RadioField(_l("Role"), choices=_CHOICES, default=Role.MANAGER.value)
