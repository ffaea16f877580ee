"""List a store's privacy requests, stop erasures that are held, and download exports."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Store
from portal.models.fields import load_json
from portal.services.privacy.list_requests import download, is_downloadable, list_privacy_requests
from portal.services.privacy.stop_erasure import continue_erasure, stop_erasure
from portal.web.formats import pretty_json
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, members_only, owner_required

blueprint = Blueprint("privacy", __name__, url_prefix="/stores/<key:store_id>/privacy")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List the privacy requests and their results, newest first."""
    store = get_store_or_404(store_id)
    page = list_privacy_requests(store, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("privacy.index", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "privacy/index.html",
        store=store,
        requests=page.rows,
        is_downloadable=is_downloadable,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


# A POST because a GET must change nothing, and the audit log records the download.
@blueprint.post("/<key:request_id>/download")
@login_required
@members_only
@limiter.limit(CONTROL_BY_ADDRESS)
def download_export(store_id: int, request_id: int) -> ResponseReturnValue:
    """Return the export of an access request as a file."""
    found = download(get_store_or_404(store_id), request_id, signed_in_merchant())
    if found is None:
        abort(404)
    answer = Response(pretty_json(load_json(found.text)), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/<key:request_id>/stop")
@login_required
@owner_required
def stop(store: Store, request_id: int) -> ResponseReturnValue:
    """Stop an erasure that is held."""
    if stop_erasure(store, request_id, signed_in_merchant()):
        flash(_("Erasure stopped. Nothing is erased unless you choose to."), "success")
    else:
        flash(_("This request is no longer pending. Its status is shown below."), "error")
    return _back_to_list(store)


@blueprint.post("/<key:request_id>/continue")
@login_required
@owner_required
def erase_now(store: Store, request_id: int) -> ResponseReturnValue:
    """Erase now what was held or stopped."""
    if continue_erasure(current_runtime(), store, request_id, signed_in_merchant()):
        flash(_("Erasing the data now. This page shows when it is done."), "success")
    else:
        flash(_("This request is no longer pending. Its status is shown below."), "error")
    return _back_to_list(store)


def _back_to_list(store: Store) -> ResponseReturnValue:
    return redirect(url_for("privacy.index", store_id=store.id), 303)
