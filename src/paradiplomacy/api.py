"""The Python API: open a graph, ask it, measure its networks."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .dataset import Dataset, find_dataset
from .findings import InvalidDataError, WrongUsageError, violations
from .queries import CatalogueQuery, bind, find_query, read_catalogue, read_query
from .store import Graph, LocalGraph, RemoteGraph, Result, current_snapshot, read_query_text, up_to_date

if TYPE_CHECKING:
    import networkx as nx
    import polars as pl
    import rdflib


class KnowledgeGraph:
    """A graph with the catalogue of queries that belongs to it."""

    def __init__(self, graph: Graph, dataset: Dataset) -> None:
        self.graph = graph
        self.dataset = dataset

    def query(self, query: str | Path, **parameters: str) -> Result:
        """Answer a catalogue query (by name), a ``.rq`` file, or SPARQL text.

        Parameters are given by name; a resource as id, IRI or any of its names:
        ``graph.query("sister-cities-of", place="Yunnan")``.
        """
        known = self.find(query)
        if known is not None:
            return self.graph.query(bind(known, parameters, self.graph))
        if parameters:
            raise WrongUsageError("only queries with a header take parameters.")
        text = read_query_text(Path(query)) if _is_file(query) else str(query)
        return self.graph.query(text)

    def find(self, query: str | Path) -> CatalogueQuery | None:
        """The catalogue query of that name or file; None for SPARQL text and files without header."""
        if _is_file(query):
            has_header = read_query_text(Path(query)).lstrip().startswith("#+")
            return read_query(Path(query)) if has_header else None
        if re.fullmatch(r"[\w-]+", str(query)):
            return find_query(self.dataset.queries, str(query))
        if re.fullmatch(r"\S+\.rq", str(query)):
            raise WrongUsageError(f"there is no file {query}.")
        return None

    def catalogue(self) -> dict[str, CatalogueQuery]:
        """All catalogue queries by name."""
        return read_catalogue(self.dataset.queries)

    def networks(self) -> dict[str, CatalogueQuery]:
        """The queries that are networks, by name."""
        return read_catalogue(self.dataset.queries, ("networks",))

    def network(self, name: str) -> nx.Graph[str]:
        """A network as a networkx graph, directed if its query says so."""
        from .networks import project

        return project(find_query(self.dataset.queries, name, ("networks",)), self.graph)

    def measures(self, name: str, *measures: str) -> pl.DataFrame:
        """Measures of a network's nodes as a Polars frame, highest first."""
        import polars as pl

        from .networks import measure

        return pl.DataFrame(measure(self.network(name), list(measures) or None))

    def rdflib(self) -> rdflib.Dataset:
        """The graph as an rdflib Dataset over the same store (oxrdflib); nothing is copied."""
        import oxrdflib
        import rdflib

        if not isinstance(self.graph, LocalGraph):
            raise WrongUsageError("the rdflib view needs a local store; a remote endpoint has its own.")
        return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=self.graph.store), default_union=True)


def open_graph(
    data: Path | str | None = None, store: Path | str | None = None, endpoint: str | None = None
) -> KnowledgeGraph:
    """Open the graph of a dataset: the curated one by default.

    A local graph that was never built is built first. If the data have changed since, the last good
    snapshot is opened and a warning says so. Raises InvalidDataError, EnvironmentFailureError.
    """
    dataset = find_dataset(data)
    if endpoint:
        return KnowledgeGraph(RemoteGraph(endpoint), dataset)
    folder = Path(store) if store else dataset.default_store()
    snapshot = current_snapshot(folder)
    if snapshot is None:
        return KnowledgeGraph(_first_build(dataset, folder), dataset)
    if up_to_date(folder, dataset.digest()) is None:
        print(
            "warning: the data have changed since the last build. Run: paradiplomacy build", file=sys.stderr
        )
    return KnowledgeGraph(LocalGraph.open(snapshot.oxigraph), dataset)


def _first_build(dataset: Dataset, store: Path) -> LocalGraph:
    from .build import build

    print("building the graph for the first time …", file=sys.stderr)
    built = build(dataset, store)
    if not built.is_valid:
        raise InvalidDataError(violations(built.findings))
    snapshot = current_snapshot(store)
    assert snapshot is not None, "a valid build leaves a snapshot"
    return LocalGraph.open(snapshot.oxigraph)


def _is_file(query: str | Path) -> bool:
    try:
        return isinstance(query, Path) or ("\n" not in query and Path(query).is_file())
    except OSError:  # SPARQL text too long for a file name
        return False
