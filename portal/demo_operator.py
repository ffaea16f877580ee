"""Operator of the demo, whose second factor needs no phone.

``python -m portal.demo_operator`` prints the code that signs in now; ``make demo-code`` calls it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyotp
from argon2 import PasswordHasher

from portal.models import Merchant, SecondFactor, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.sealing import Sealer
from portal.services.accounts.second_factor import SEALED_COLUMN

OPERATOR_EMAIL = "operator@example.com"
OPERATOR_PASSWORD = "operate-the-demo"  # noqa: S105 - printed on the screen, for loopback only
APP_SECRET = "operator_app_secret"  # noqa: S105 - the name of a file
FOLDER = Path("var/demo")


def load_or_create_operator(sealer: Sealer, folder: Path) -> Merchant:
    """Return the demo's operator, created at the first start, with a second factor.

    The secret of the authenticator app is kept in ``folder``, so that the demo can print codes.
    """
    operator = Merchant.with_email(OPERATOR_EMAIL) or Merchant.create(
        email=OPERATOR_EMAIL,
        password_hash=PasswordHasher().hash(OPERATOR_PASSWORD),
        verified_at=utc_now(),
        operator_role=OperatorRole.ADMIN,
    )
    if not (folder / APP_SECRET).exists():
        _keep_app_secret(folder)
    sealed = sealer.seal((folder / APP_SECRET).read_text(), SEALED_COLUMN, operator.id)
    SecondFactor.get_or_create(
        merchant=operator, defaults={"sealed_secret": sealed, "confirmed_at": utc_now()}
    )
    return operator


def current_code(folder: Path) -> str:
    """Return the code that the operator's authenticator app would show now."""
    return pyotp.TOTP((folder / APP_SECRET).read_text()).now()


def main() -> int:
    """Print the code; return the exit status."""
    try:
        code = current_code(FOLDER)
    except FileNotFoundError:
        sys.stderr.write("The demo has no operator yet: run `make demo` first.\n")
        return 1
    sys.stdout.write(f"{code}\n")
    return 0


def _keep_app_secret(folder: Path) -> None:
    path = folder / APP_SECRET
    path.touch(mode=0o600)
    path.write_text(pyotp.random_base32())


if __name__ == "__main__":
    sys.exit(main())
