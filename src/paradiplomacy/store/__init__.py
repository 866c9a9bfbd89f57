"""Local snapshots (Oxigraph), remote endpoints (SPARQLWrapper), derivation rules, results."""

from typing import Protocol

from .change import Change
from .local import LocalGraph, read_query_text
from .reads import Reads, reads, reads_from
from .remote import RemoteGraph
from .results import Result, Term, to_python
from .rules import Derivations, DerivedGraph, apply_rules, read_rules, update_derivations
from .snapshot import Draft, LoadedGraph, Snapshot, current_snapshot, up_to_date


class Graph(Protocol):
    """Whatever answers SPARQL."""

    def query(self, sparql: str) -> Result:
        """Answer a query."""
        ...


__all__ = [
    "Change",
    "Derivations",
    "DerivedGraph",
    "Draft",
    "Graph",
    "LoadedGraph",
    "LocalGraph",
    "Reads",
    "RemoteGraph",
    "Result",
    "Snapshot",
    "Term",
    "apply_rules",
    "current_snapshot",
    "read_query_text",
    "read_rules",
    "reads",
    "reads_from",
    "to_python",
    "up_to_date",
    "update_derivations",
]
