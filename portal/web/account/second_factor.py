"""Turn the second factor on and off, and hand out recovery codes."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.services.accounts import second_factor as factors
from portal.web.account.pages import behind_password
from portal.web.accounts.forms import CodeForm, PasswordForm
from portal.web.accounts.letters import tell_change
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime


def add_to(blueprint: Blueprint) -> None:
    """Add these pages to the account's."""
    blueprint.get("/second-factor")(behind_password(second_factor))
    for rule, action in (
        ("", begin_factor),
        ("/confirm", confirm_factor),
        ("/codes", renew_codes),
        ("/off", drop_factor),
    ):
        blueprint.post(f"/second-factor{rule}")(behind_password(action))


def second_factor() -> ResponseReturnValue:
    """Show whether a second factor is asked for, and the next step."""
    return _page()


def begin_factor() -> ResponseReturnValue:
    """Make a secret for the app."""
    form = PasswordForm()
    if not form.validate():
        return _page(password_form=form), 422
    factors.begin_factor(current_runtime().sealer, signed_in_merchant())
    return redirect(url_for("account.second_factor"), 303)


def confirm_factor() -> ResponseReturnValue:
    """Turn the second factor on, once the app's first code is right."""
    form, merchant, runtime = CodeForm(), signed_in_merchant(), current_runtime()
    if not form.validate():
        return _page(code_form=form), 422
    codes = factors.confirm_factor(runtime.sealer, merchant, form.code.data)
    if codes is None:
        form.code.errors = [_("This code is wrong. Wait for the next one and look at the clock.")]
        return _page(code_form=form), 422
    tell_change(runtime, merchant, "factor_on")
    return _codes(codes)


def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes; the former ones are void."""
    form, merchant = PasswordForm(), signed_in_merchant()
    if not form.validate():
        return _page(password_form=form), 422
    if factors.factor_of(merchant) is None:
        return redirect(url_for("account.second_factor"), 303)
    return _codes(factors.renew_codes(merchant))


def drop_factor() -> ResponseReturnValue:
    """Turn the second factor off."""
    form, merchant = PasswordForm(), signed_in_merchant()
    if not form.validate():
        return _page(password_form=form), 422
    if factors.drop_factor(merchant):
        tell_change(current_runtime(), merchant, "factor_off")
        flash(_("The second factor is off."), "success")
    return redirect(url_for("account.second_factor"), 303)


def _page(*, password_form: FlaskForm | None = None, code_form: FlaskForm | None = None) -> str:
    merchant = signed_in_merchant()
    secret = factors.waiting_secret(current_runtime().sealer, merchant)
    return render_template(
        "account/second_factor.html",
        factor=factors.factor_of(merchant),
        codes_left=factors.codes_left(merchant),
        secret=secret,
        picture=_picture(factors.app_address(merchant, secret)) if secret else None,
        password_form=password_form or PasswordForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
    )


def _picture(address: str) -> str:
    """Return the QR code as SVG within the page: the content policy needs no exception for it."""
    picture: str = segno.make(address, error="m").svg_inline(
        scale=5, light="#fff", svgclass="qr-code", lineclass=None, title=_("QR code")
    )
    return picture


def _codes(codes: Sequence[str]) -> ResponseReturnValue:
    """Show recovery codes, which can't be shown again: so no redirect follows this POST."""
    return render_template("account/codes.html", codes=codes)
