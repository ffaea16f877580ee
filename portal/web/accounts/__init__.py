"""Sign up, sign in, sign out; and back in for who has forgotten the password."""

from portal.web.accounts import recovery, second_step
from portal.web.accounts.views import blueprint

recovery.add_to(blueprint)
second_step.add_to(blueprint)

__all__ = ["blueprint"]
