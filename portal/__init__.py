"""The Ecwid merchant portal: a web app, and the services that it shares with the daemon.

Importing this package loads no Flask and opens nothing; only `portal.web` imports Flask.
"""

__version__ = "0.1.0"
