"""WSGI entry point of the portal: ``gunicorn wsgi:app``, and of its commands."""

import sys

from portal.errors import SettingsError
from portal.logs import configure_logging
from portal.read_settings import start_settings
from portal.services.runtime import open_runtime
from portal.web.app import create_app

try:
    settings = start_settings()
    configure_logging(as_json=settings.is_production, process="portal")
    app = create_app(open_runtime(settings))
except SettingsError as error:
    sys.exit("\n- ".join(["The portal doesn't start, because of its settings:", *error.problems]))
