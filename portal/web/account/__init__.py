"""Let merchants look after their account."""

from portal.web.account import credentials, leaving, notifications, second_factor
from portal.web.account.pages import blueprint

credentials.add_to(blueprint)
second_factor.add_to(blueprint)
leaving.add_to(blueprint)
notifications.add_to(blueprint)

__all__ = ["blueprint"]
