"""Where a dataset lies: its tables, its ontology, its queries, and the store derived from them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .findings import EnvironmentFailureError

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Dataset:
    """The folders of one dataset."""

    data: Path
    ontology: Path
    queries: Path

    def inputs(self) -> Iterator[Path]:
        """Every file that a build depends on, in a stable order."""
        for folder, patterns in ((self.data, ("*.csv", "tables.json")), (self.ontology, ("*.ttl", "*.rq"))):
            for pattern in patterns:
                yield from sorted(folder.rglob(pattern))

    def digest(self) -> str:
        """SHA-256 over the contents and names of all inputs and the program's version."""
        return self._digest(self.inputs())

    def digest_of_definitions(self) -> str:
        """The same without the tables: what rows mean, as against what they say."""
        return self._digest(path for path in self.inputs() if path.suffix != ".csv")

    def _digest(self, paths: Iterable[Path]) -> str:
        digest = hashlib.sha256(__version__.encode())
        for path in paths:
            root = self.data if path.is_relative_to(self.data) else self.ontology
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def default_store(self) -> Path:
        """Store of this dataset: ``$PARADIPLOMACY_STORE``, else a folder in the user's cache."""
        if chosen := os.environ.get("PARADIPLOMACY_STORE"):
            return Path(chosen)
        from platformdirs import user_cache_path

        place = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return user_cache_path("paradiplomacy") / place


def find_dataset(data: Path | str | None = None) -> Dataset:
    """The dataset in a data folder; without one, the curated dataset that comes with the package.

    Ontology and queries are those beside the data folder, else the package's own.
    Raises EnvironmentFailureError if there is no such folder.
    """
    home = _PACKAGE / "_dataset"
    if not home.is_dir():  # an editable installation: the checkout itself
        home = _PACKAGE.parent.parent
    folder = Path(data).resolve() if data else home / "data"
    if not (folder / "tables.json").is_file():
        missing = f"{folder} has no tables.json" if folder.is_dir() else f"there is no data folder {folder}"
        raise EnvironmentFailureError(
            f"{missing}. Point --data to a folder of CSV files with their tables.json."
        )
    return Dataset(folder, _beside(folder, "ontology", home), _beside(folder, "queries", home))


def _beside(data: Path, name: str, home: Path) -> Path:
    own = data.parent / name
    return own if own.is_dir() else home / name
