"""Form of an endpoint."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.models import Merchant, WebhookEndpoint
from portal.rules.outbound_webhooks.outbound_events import (
    PURPOSES,
    SUBSCRIBABLE_EVENTS,
    known_events,
)
from portal.services.outbound_webhooks.endpoints import EndpointSettings
from portal.web.endpoints.address import URL_ERRORS, url_error
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime
from portal.web.store_choice import ALL_STORES, StoreField

MAX_NAME = 80


class EndpointForm(PageForm):
    """Form with an endpoint's URL, its stores and its events."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter a name.")),
            Length(max=MAX_NAME, message=_l("Use at most %(max)d characters.")),
        ],
        filters=[plain_text],
    )
    url = StringField(
        _l("URL"),
        [DataRequired(_l("Enter your app's URL."))],
        filters=[plain_text],
    )
    store = StoreField(_l("Stores"))
    events = SelectMultipleField(
        _l("Events"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(event.value, PURPOSES[event]) for event in SUBSCRIBABLE_EVENTS],
    )

    def validate_url(self, field: Field) -> None:
        """Reject a URL that cannot or must not be requested."""
        is_production = current_runtime().settings.is_production
        problem = url_error(field.data or "", is_production=is_production)
        if problem is not None:
            raise ValidationError(_(URL_ERRORS[problem]))

    def endpoint_settings(self) -> EndpointSettings:
        """Return the values of a valid form."""
        return EndpointSettings(
            self.name.data, self.url.data, self.store.chosen, known_events(self.events.data)
        )


def endpoint_form(endpoint: WebhookEndpoint | None, merchant: Merchant) -> EndpointForm:
    """Return the form as submitted, or filled with the endpoint's values."""
    values = {}
    if endpoint is not None:
        store = ALL_STORES if endpoint.store_id is None else str(endpoint.store_id)
        values = {"name": endpoint.name, "url": endpoint.url, "store": store}
        values["events"] = endpoint.event_types
    form = EndpointForm(data=values)
    form.store.offer(merchant)
    return form
