"""Apply the events that the portal has accepted."""
