"""Build step of wheels: compile the translations. All else is in setup.cfg."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).parent))

from portal.web.languages.catalogs import compile_catalogs


class BuildWithTranslations(build_py):
    """Copies the compiled catalogs, which are not in the repository."""

    def run(self) -> None:
        """Compile the catalogs, and copy all files."""
        compile_catalogs()
        super().run()


setup(cmdclass={"build_py": BuildWithTranslations})
