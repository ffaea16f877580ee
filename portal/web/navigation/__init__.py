"""Tabs, breadcrumbs and the store switcher, which all pages share."""
