"""Hold what is asked of the copy: when it last changed, one record again, what was set aside."""
