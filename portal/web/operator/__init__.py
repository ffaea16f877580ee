"""Pages for operators, about all stores."""

from portal.web.operator import alert_labels, bulk_action_labels, navigation, views, work_labels
from portal.web.operator.blueprint import blueprint

__all__ = ["alert_labels", "blueprint", "bulk_action_labels", "navigation", "views", "work_labels"]
