"""Snapshots of the graph on disk, switched atomically.

A store folder holds ``snapshots/<digest>/`` with the Oxigraph files, ``graph.nq`` and
``manifest.json``; the file ``current`` names the one in use. A build that fails leaves all as it was.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..findings import EnvironmentFailureError

_ASIDE = "building-"
ABANDONED_SECONDS = 3600
"""After so long, a folder that a build was writing belongs to a build that was killed."""
KEPT = 2
"""Snapshots that stay: the current one, and the one before it for whoever is still reading it."""


@dataclass(frozen=True)
class Snapshot:
    """One built graph."""

    folder: Path

    @property
    def nquads(self) -> Path:
        """The whole graph as N-Quads, sorted within each named graph."""
        return self.folder / "graph.nq"

    @property
    def validation(self) -> Path:
        """What validation found, query by query."""
        return self.folder / "validation.json"

    @property
    def oxigraph(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / "oxigraph"

    def manifest(self) -> dict[str, Any]:
        """What the snapshot was built from and what it holds."""
        manifest: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest


def current_snapshot(store: Path) -> Snapshot | None:
    """The snapshot in use, or None if nothing was built yet or what was built is damaged."""
    pointer = store / "current"
    if not pointer.is_file():
        return None
    snapshot = Snapshot(store / "snapshots" / pointer.read_text(encoding="utf-8").strip())
    try:
        is_whole = "digest" in snapshot.manifest() and snapshot.oxigraph.is_dir()
    except (OSError, ValueError):
        return None
    return snapshot if is_whole else None


def up_to_date(store: Path, digest: str) -> Snapshot | None:
    """The current snapshot if it was built from inputs with this digest, else None."""
    snapshot = current_snapshot(store)
    return snapshot if snapshot and snapshot.manifest()["digest"] == digest else None


def _ensure_writable(store: Path) -> None:
    """Make the store folder. Raises EnvironmentFailureError if it cannot be written."""
    try:
        (store / "snapshots").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=store / "snapshots"):
            pass
    except OSError as error:
        raise EnvironmentFailureError(
            f"cannot write to the store {store}: {error.strerror}. Choose another folder with --store."
        ) from error


class Draft:
    """A snapshot written aside, in a thread; a context manager that leaves nothing unless it is committed."""

    def __init__(self, store: Path) -> None:
        """Make a new folder in the store. Raises EnvironmentFailureError if that fails."""
        _ensure_writable(store)
        self._store = store
        self._folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=store / "snapshots"))
        self._writer = ThreadPoolExecutor(1)
        self._parts: list[tuple[bytes, Future[None]]] = []
        self._oxigraph: ox.Store | None = None

    def add(self, nquads: bytes) -> None:
        """Load N-Quads whose terms the caller checks: they are not checked again. Returns at once.

        ``graph.nq`` is the parts as they came: sorted, if each of them is.
        """
        self._parts.append((nquads, self._writer.submit(self._load, nquads)))

    def _load(self, nquads: bytes) -> None:
        if self._oxigraph is None:
            self._oxigraph = ox.Store(str(self._folder / "oxigraph"))
        self._oxigraph.bulk_load(nquads, format=ox.RdfFormat.N_QUADS, lenient=True)

    def commit(self, digest: str, manifest: dict[str, Any], validation: str = "{}") -> Snapshot:
        """Add manifest and validation results, and make this the current snapshot, atomically."""
        with (self._folder / "graph.nq").open("wb") as whole:
            for nquads, loaded in self._parts:
                whole.write(nquads)
                loaded.result()
        self._oxigraph = None  # closes its files
        (self._folder / "validation.json").write_text(validation, encoding="utf-8")
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (self._folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
        final = self._store / "snapshots" / digest[:16]
        if final.exists():
            shutil.rmtree(final)
        self._folder.replace(final)
        _switch(self._store, final.name)
        return Snapshot(final)

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.shutdown(cancel_futures=True)
        self._oxigraph = None
        shutil.rmtree(self._folder, ignore_errors=True)  # gone already if it was committed


def _switch(store: Path, name: str) -> None:
    pointer = store / "current.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    pointer.replace(store / "current")
    newest_first = sorted((store / "snapshots").iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    abandoned = [p for p in newest_first if p.name.startswith(_ASIDE) and _age(p) > ABANDONED_SECONDS]
    finished = [p for p in newest_first if not p.name.startswith(_ASIDE)]
    for old in abandoned + finished[KEPT:]:
        if old.name != name:
            shutil.rmtree(old, ignore_errors=True)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
