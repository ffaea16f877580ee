"""Pages for operators, about all stores."""

from portal.web.operator import navigation, views, work_labels
from portal.web.operator.blueprint import blueprint

__all__ = ["blueprint", "navigation", "views", "work_labels"]
