"""WSGI entry point of the portal: ``gunicorn wsgi:app``."""

from portal.config import Settings
from portal.logs import configure_logging
from portal.services.runtime import open_runtime
from portal.web.app import create_app

settings = Settings.from_env()
configure_logging(as_json=settings.is_production, process="portal")
app = create_app(open_runtime(settings))
