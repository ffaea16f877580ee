"""Application factory of the portal."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Settings
from portal.paths import STATIC, TEMPLATES
from portal.services.runtime import Runtime
from portal.services.signed_links import newest_last
from portal.web import (
    account,
    accounts,
    api,
    api_keys,
    channels,
    connect,
    coupons,
    customers,
    endpoints,
    events,
    exports,
    home,
    invitations,
    operator,
    orders,
    privacy,
    probes,
    products,
    search,
    stores,
    style_guide,
    sync,
    team,
    well_known,
)
from portal.web.anonymous_limit import set_up_anonymous_limit
from portal.web.api.cache_headers import set_up_api_caching
from portal.web.api.call_limits import set_up_call_limits
from portal.web.api.rate_limit_headers import set_up_rate_limit_headers
from portal.web.assets import set_up_assets
from portal.web.audited_changes import set_up_audited_changes
from portal.web.branding import set_up_branding
from portal.web.command_line import add_commands
from portal.web.compression import set_up_compression
from portal.web.errors import set_up_errors
from portal.web.exports.slots import set_up_export_slots
from portal.web.formats import set_up_formats
from portal.web.known_browsers import set_up_known_browsers
from portal.web.labels import set_up_labels
from portal.web.languages import views as languages
from portal.web.languages.choice import set_up_languages
from portal.web.limits import set_up_limits
from portal.web.live_parts import set_up_live_parts
from portal.web.login import set_up_login
from portal.web.masked_csrf import MaskedCsrfProtect
from portal.web.navigation.setup import set_up_navigation
from portal.web.outside_calls import set_up_outside_calls
from portal.web.request_ids import RequestIds, set_up_route_names
from portal.web.runtime import use_runtime
from portal.web.secret_pages import set_up_secret_pages
from portal.web.security import cookie_settings, set_up_headers
from portal.web.security_labels import set_up_security_labels
from portal.web.storable_texts import set_up_storable_texts
from portal.web.template_whitespace import set_up_template_whitespace
from portal.web.trusted_hosts import TrustedHosts
from portal.web.url_converters import set_up_url_converters
from portal.web.webhooks import Receiver

# The longest form is shorter than this. Webhooks have their own limit.
FORM_LIMIT_BYTES = 256 * 1024

PAGES = (
    home,
    accounts,
    account,
    invitations,
    languages,
    api_keys,
    endpoints,
    connect,
    stores,
    products,
    orders,
    customers,
    coupons,
    search,
    events,
    sync,
    exports,
    privacy,
    channels,
    team,
    operator,
    probes,
    style_guide,
    well_known,
)


def create_app(runtime: Runtime) -> Flask:
    """Return the portal's web app. It connects to the database and Redis on the first request."""
    settings = runtime.settings
    app = Flask("portal", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=newest_last(settings.secret_keys[1:]),
        # Flask-WTF knows no fallbacks, but passes this on to itsdangerous, which takes a list.
        WTF_CSRF_SECRET_KEY=newest_last(settings.secret_keys),
        MAX_CONTENT_LENGTH=FORM_LIMIT_BYTES,
        PORTAL_CACHES_ASSETS=settings.is_production,
        WTF_CSRF_TIME_LIMIT=None,  # valid as long as the session
        **cookie_settings(settings),
    )
    set_up_template_whitespace(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        # The proxy passes Host on. X-Forwarded-Host is never used, because a proxy that doesn't set
        # it would pass on what a visitor wrote.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    set_up_route_names(app)
    use_runtime(app, runtime)
    set_up_url_converters(app)
    set_up_rate_limit_headers(app)
    set_up_api_caching(app)
    set_up_limits(app, settings)
    set_up_call_limits(app, runtime)
    set_up_login(app)
    set_up_known_browsers(app, settings)
    set_up_anonymous_limit(app)
    set_up_languages(app)
    # Before the headers, because functions after a request run in reverse order.
    set_up_secret_pages(app)
    set_up_headers(app, settings)
    set_up_errors(app)
    set_up_storable_texts(app)
    set_up_audited_changes(app)
    set_up_export_slots(app)
    set_up_outside_calls(app)
    set_up_compression(app)
    set_up_assets(app)
    _set_up_templates(app, settings)
    _register_pages(app)
    add_commands(app)
    receiver = Receiver(runtime, app.wsgi_app)
    app.wsgi_app = RequestIds(TrustedHosts(runtime, receiver))  # type: ignore[method-assign]
    return app


def _register_pages(app: Flask) -> None:
    forgery = MaskedCsrfProtect(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    # Mail programs post here without a page (RFC 8058); the token in the URL is the permission. The
    # switch of the language needs no session. The API authenticates by key and reads no cookie.
    for exempt in (connect.stop_reminders.stop_link_reminders, languages.switch, api.blueprint):
        forgery.exempt(exempt)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(api.reference_blueprint)


def _set_up_templates(app: Flask, settings: Settings) -> None:
    """Register the filters and functions of templates."""
    set_up_formats(app)
    set_up_labels(app)
    set_up_security_labels(app)
    set_up_branding(app, settings)
    set_up_navigation(app)
    set_up_live_parts(app)
