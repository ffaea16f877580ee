"""Command that reports all problems of the settings without starting anything."""

from __future__ import annotations

import os
import subprocess
import sys

from flask import Flask

from portal.paths import ROOT


def test_valid_settings_are_confirmed(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["settings", "check"])

    assert result.exit_code == 0
    assert result.output == "The settings are valid for development.\n"


def test_all_problems_are_printed_without_a_traceback() -> None:
    unfit = {
        "PORTAL_ENV": "production",
        "PORTAL_SECRET_KEY": "hidden",
        "PORTAL_URL": "http://portal.example",
        "REDIS_URL": "redis://queue.example",
        "SYNC_THREADS": "many",
    }

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "--debug", "settings", "check"],
        cwd=ROOT,
        env=os.environ | unfit,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    title, *problems = done.stderr.splitlines()
    assert done.returncode == 1
    assert title == "The portal doesn't start, because of its settings:"
    assert {problem.split()[1] for problem in problems} >= {*unfit, "MAIL_URL", "FLASK_DEBUG"} - {
        "PORTAL_ENV"
    }
    assert "hidden" not in done.stderr
