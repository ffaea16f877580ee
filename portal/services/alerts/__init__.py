"""Alerts to operators: channels, what each receives, and their delivery."""
