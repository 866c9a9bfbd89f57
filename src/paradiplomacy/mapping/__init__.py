"""Typed columns → RDF, compiled from the metadata, vectorised; and back from a node to its cell."""

from .inversion import CellFinder
from .nquads import CSVW_DESCRIBES, graph_iri, merged, nquads_by_table, shared, to_nquads
from .references import check_references
from .statements import Statement, statements, subjects

__all__ = [
    "CSVW_DESCRIBES",
    "CellFinder",
    "Statement",
    "check_references",
    "graph_iri",
    "merged",
    "nquads_by_table",
    "shared",
    "statements",
    "subjects",
    "to_nquads",
]
