"""Measure the whole path beside its peers, in one run, and print the ratios.

    python benchmarks/run.py [--repeat 3]

Every comparison asserts first that both sides give the same answer. Times are medians, in seconds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from paradiplomacy.api import open_graph
from paradiplomacy.build import build
from paradiplomacy.build.check import check
from paradiplomacy.dataset import find_dataset
from paradiplomacy.mapping import to_nquads
from paradiplomacy.queries import read_catalogue
from paradiplomacy.store import current_snapshot
from paradiplomacy.tables import read_metadata, read_tables
from paradiplomacy.validation import ShapesGraph, validate


def seconds(action: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def row(name: str, ours: float, target: str = "", peer: str = "", theirs: float | None = None) -> None:
    ratio = f"{theirs / ours:8.1f} x faster than {peer} ({theirs:.3f} s)" if theirs is not None else ""
    print(f"{name:44} {ours:8.3f} s  {target:18} {ratio}", flush=True)


def whole_processes(store: Path, repeat: int) -> None:
    def command(*arguments: str) -> Callable[[], object]:
        line = [sys.executable, "-m", "paradiplomacy", *arguments]
        return lambda: subprocess.run(line, check=True, capture_output=True)

    row("paradiplomacy --version", seconds(command("--version"), repeat), "to reach: 0.15")
    row(
        "paradiplomacy query",
        seconds(command("query", "sister-cities-of", "--store", str(store)), repeat),
        "to reach: 0.7",
    )
    row("paradiplomacy check", seconds(command("check"), repeat), "to reach: 1.0")
    row("paradiplomacy build, nothing changed", seconds(command("build", "--store", str(store)), repeat))


def rebuild(repeat: int) -> None:
    """A build in its own process after one cell was changed in a copy of the data."""
    ours = find_dataset()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "ontology", "queries"):
            shutil.copytree(getattr(ours, name), Path(folder) / name)
        names = Path(folder) / "data" / "names.csv"
        original = names.read_text(encoding="utf-8")
        store = str(Path(folder) / "store")
        line = [sys.executable, "-m", "paradiplomacy", "build", "--data", str(names.parent), "--store", store]
        times = []
        for turn in range(repeat + 1):
            # The last cell of the last row is its note; the first build has nothing to compare with.
            names.write_text(f"{original.rstrip()}{turn}\n", encoding="utf-8")
            times.append(seconds(lambda: subprocess.run(line, check=True, capture_output=True), 1))
    row("paradiplomacy build, one cell changed", statistics.median(times[1:]), "to reach: 2.0")


def mapping(repeat: int) -> None:
    group = read_metadata(find_dataset().data)
    tables, _ = read_tables(group)
    lines = to_nquads(group, tables)
    row(f"tables to N-Quads ({len(lines)} quads)", seconds(lambda: to_nquads(group, tables), repeat))


def validation(repeat: int) -> None:
    dataset = find_dataset()
    shapes = ShapesGraph.read(dataset.ontology)
    store = check(dataset).store
    assert store is not None
    assert {r.identity for r in validate(store, shapes)} == {
        r.identity for r in validate(store, shapes, "pyshacl")
    }
    theirs = seconds(lambda: validate(store, shapes, "pyshacl"), 1)
    row(
        "validation of the real graph",
        seconds(lambda: validate(store, shapes), repeat),
        "",
        "pySHACL",
        theirs,
    )


def catalogue(store: Path, repeat: int) -> None:
    snapshot = current_snapshot(store)
    assert snapshot is not None
    graph = open_graph(store=store)
    bare = ox.Store.read_only(str(snapshot.oxigraph))
    peer = rdflib.Graph()
    for quad in ox.parse(path=str(snapshot.nquads), format=ox.RdfFormat.N_QUADS):
        peer.parse(data=f"{quad.triple} .", format="nt")
    ours = bares = theirs = 0.0
    for name, query in read_catalogue(find_dataset().queries, ("questions",)).items():
        rows = len(graph.query(name))
        assert rows == len(list(bare.query(query.text, use_default_graph_as_union=True))), name  # type: ignore[arg-type]
        assert rows == len(peer.query(query.text)), name
        ours += seconds(lambda text=query.text: graph.graph.query(text), repeat)
        bares += seconds(
            lambda text=query.text: list(bare.query(text, use_default_graph_as_union=True)), repeat
        )
        theirs += seconds(lambda text=query.text: peer.query(text).serialize(format="csv"), 1)
    row("all catalogue queries", ours, "", "rdflib", theirs)
    row("  ratio to bare pyoxigraph", ours / bares, "to reach: 1.15")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder)
        assert build(find_dataset(), store).is_valid
        whole_processes(store, repeat)
        rebuild(repeat)
        mapping(repeat)
        validation(repeat)
        catalogue(store, repeat)


if __name__ == "__main__":
    main()
