"""Read and write times as the API does: Unix seconds inside, texts outside."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.sandbox.checks import WrongParameterError

DATE_FORMAT = "%Y-%m-%d %H:%M:%S +0000"
ACCEPTED = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")


def date_text(moment: float) -> str:
    """Return Unix seconds as the API writes dates."""
    return datetime.fromtimestamp(moment, UTC).strftime(DATE_FORMAT)


def seconds(text: str) -> int:
    """Return a date as Unix seconds; raise WrongParameterError if it is none."""
    if text.isdecimal():
        return int(text)
    for form in ACCEPTED:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - made aware below
        except ValueError:
            continue
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    raise WrongParameterError(f"Wrong date: {text}")
