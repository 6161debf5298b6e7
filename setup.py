"""Compiles the catalogues while the package is built; everything else is in pyproject.toml.

Compiled catalogues (.mo) are not in git. Each lies beside its source (.po), so that a wheel
and an editable installation find it in the same place.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """Compile every catalogue before setuptools looks for the data files of the packages."""

    def run(self) -> None:
        """Compile, then build as always. Raises babel's PoFileError for a broken catalogue."""
        for source in Path("tui/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text, abort_invalid=True))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
