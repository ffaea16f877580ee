"""Cause of a failure: its error text without what differs between two rows.

Ids, numbers, URLs, addresses and quoted texts are replaced, so that the failures of many stores
form one group, and nothing that a person typed is shown to another one.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

LEFT_OUT = "…"
# Longer texts are cut, because they quote somebody.
LENGTH_LIMIT = 300
ABANDONED = "AbandonedJobError"
_OUR_PACKAGES = ("portal.", "daemon.")

_VARIABLE = re.compile(
    r"""
    (?P<code>\b(?:HTTP|http|SMTP[A-Za-z]*)\ [1-5]\d\d\b(?:\ [245]\.\d{1,2}\.\d{1,2}\b)?)
    | \S*://\S*                                      # URL
    | \S*@\S*                                        # e-mail address
    | (?<!\w)'[^']*'(?!\w) | "[^"]*" | “[^”]*”       # quoted text
    | [0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}
    | \w*\d\w*(?:[.,:-]\w*\d\w*)*                    # id, number, date or time
    """,
    re.VERBOSE,
)
_STORE = re.compile(r"^store …:? ")
_EXCEPTION = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?:: (?P<text>.*))?$")


# Failing rows of many stores have as many texts, and a page that refreshes asks for them again.
@lru_cache(maxsize=16_384)
def failure_cause(error: str) -> str:
    """Return the cause in an error text; HTTP and SMTP statuses stay."""
    one_line = " ".join(error[:LENGTH_LIMIT].split())
    kept: str = _VARIABLE.sub(lambda found: found["code"] or LEFT_OUT, one_line)
    return _STORE.sub("", kept)


def job_failure_cause(traceback: str) -> str:
    """Return the class of the error that a job's traceback ends with, and its cause if it's ours.

    The messages of other errors are left out, because they may quote customers' data.
    """
    if ABANDONED in traceback and "Traceback" not in traceback:
        return ABANDONED
    _, _, last = traceback.rpartition("Traceback (most recent call last):")
    for line in last.splitlines():
        if found := _EXCEPTION.match(line):
            name, text = found["name"], found["text"]
            short = name.rpartition(".")[2]
            if text and name.startswith(_OUR_PACKAGES):
                return f"{short}: {failure_cause(text)}"
            return short
    return ""


def group_key(*names: str) -> str:
    """Return a short text that names a group of failures in URLs."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
