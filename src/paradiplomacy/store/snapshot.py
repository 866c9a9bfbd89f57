"""Snapshots of the graph on disk, switched atomically.

A store folder holds ``snapshots/<digest>/`` with the Oxigraph files, ``graph.nq``, ``manifest.json`` and
what the next build looks up (the tables as they were, what rules and validation found); the file
``current`` names the one in use. A build that fails leaves all as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
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
class LoadedGraph:
    """A snapshot's graph in memory, and its N-Quads."""

    store: ox.Store
    nquads: bytes


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
    def derivations(self) -> Path:
        """What each rule derived."""
        return self.folder / "derivations.json"

    @property
    def shared(self) -> Path:
        """The lines of the graph that more than one table makes."""
        return self.folder / "shared.nq"

    @property
    def tables(self) -> Path:
        """The texts of the tables as they were, by their paths."""
        return self.folder / "tables.json"

    @property
    def oxigraph(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / "oxigraph"

    def load(self) -> LoadedGraph:
        """Read the whole graph into memory. Raises OSError or SyntaxError if it is damaged."""
        text = self.nquads.read_bytes()
        store = ox.Store()
        store.bulk_load(text, format=ox.RdfFormat.N_QUADS, lenient=True)
        return LoadedGraph(store, text)

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

    def __init__(self, store: Path, last: Snapshot | None = None) -> None:
        """Make a new folder in the store, empty or with the graph of another snapshot.

        Raises EnvironmentFailureError if that fails.
        """
        _ensure_writable(store)
        self._store = store
        self._folder = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=store / "snapshots"))
        self._writer = ThreadPoolExecutor(1)
        self._steps: list[Future[None]] = []
        self._oxigraph: ox.Store | None = None
        if last:
            _copy_store(last.oxigraph, self._snapshot.oxigraph)

    @property
    def _snapshot(self) -> Snapshot:
        return Snapshot(self._folder)

    def add(self, nquads: bytes) -> None:
        """Load N-Quads whose terms the caller checks: they are not checked again. Returns at once."""
        self._steps += [self._writer.submit(step, nquads) for step in (self._load, self._append)]

    def change(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad], nquads: Iterable[bytes]) -> None:
        """Remove and add quads; ``nquads`` is what the graph has become, part by part. Returns at once."""
        self._steps.append(self._writer.submit(self._change, list(removed), list(added)))
        self._steps += [self._writer.submit(self._append, part) for part in nquads]

    def _load(self, nquads: bytes) -> None:
        self._graph().bulk_load(nquads, format=ox.RdfFormat.N_QUADS, lenient=True)

    def _append(self, nquads: bytes) -> None:
        with self._snapshot.nquads.open("ab") as whole:
            whole.write(nquads)

    def _change(self, removed: list[ox.Quad], added: list[ox.Quad]) -> None:
        for quad in removed:
            self._graph().remove(quad)
        self._graph().extend(added)
        self._graph().flush()  # else whoever opens the store would do it, each time

    def _graph(self) -> ox.Store:
        if self._oxigraph is None:
            self._oxigraph = ox.Store(str(self._snapshot.oxigraph))
        return self._oxigraph

    def keep(self, tables: dict[str, bytes], validation: str, derivations: bytes, shared: bytes) -> None:
        """Keep what the next build looks up: the tables, and what the steps of this one found."""
        texts = {url: content.decode() for url, content in tables.items()}
        self._snapshot.tables.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8", newline="")
        self._snapshot.validation.write_text(validation, encoding="utf-8")
        self._snapshot.derivations.write_bytes(derivations)
        self._snapshot.shared.write_bytes(shared)

    def commit(self, digest: str, manifest: dict[str, Any]) -> Snapshot:
        """Add the manifest, and make this the current snapshot, atomically."""
        for step in self._steps:
            step.result()
        self._oxigraph = None  # closes its files
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


def _copy_store(source: Path, target: Path) -> None:
    """Copy the files of an Oxigraph store that nobody writes to; those that never change are linked."""
    target.mkdir()
    for path in source.iterdir():
        if path.suffix == ".sst":
            try:
                os.link(path, target / path.name)
                continue
            except OSError:
                pass  # a file system without links
        if path.name != "LOCK":
            shutil.copyfile(path, target / path.name)


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
