"""The Ecwid merchant portal: a web app and the services it shares with the daemon.

Importing this package loads no Flask and opens nothing; `portal.web` holds all that is web.
"""

__version__ = "0.1.0"
