"""Local snapshots (Oxigraph), remote endpoints (SPARQLWrapper), derivation rules, results."""

from typing import Protocol

from .local import LocalGraph, read_query_text
from .remote import RemoteGraph
from .results import Result, Term, to_python
from .rules import apply_rules
from .snapshot import Draft, Snapshot, current_snapshot, up_to_date


class Graph(Protocol):
    """Whatever answers SPARQL."""

    def query(self, sparql: str) -> Result:
        """Answer a query."""
        ...


__all__ = [
    "Draft",
    "Graph",
    "LocalGraph",
    "RemoteGraph",
    "Result",
    "Snapshot",
    "Term",
    "apply_rules",
    "current_snapshot",
    "read_query_text",
    "to_python",
    "up_to_date",
]
