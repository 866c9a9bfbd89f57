"""Shapes → checks, each run where it is cheapest with the same results; results back to cells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pyoxigraph as ox

from . import pyshacl_engine, sparql_engine
from .memory import Memory
from .results import ValidationResult, to_findings
from .shapes import Constraint, Shape, ShapesGraph

ENGINES = ("auto", "pyshacl")


@cache
def plan(graph: ShapesGraph) -> dict[str, list[Shape]]:
    """Which engine decides which shapes: the store where it can, pySHACL for the rest."""
    decided: dict[str, list[Shape]] = {"store": [], "pyshacl": []}
    for shape in graph.shapes:
        decided["store" if sparql_engine.can_decide(graph, shape) else "pyshacl"].append(shape)
    return decided


def validate(
    store: ox.Store, graph: ShapesGraph, engine: str = "auto", memory: Memory | None = None
) -> Sequence[ValidationResult]:
    """Validate the union of the store's graphs.

    ``auto`` runs each shape where the plan puts it, and asks only what the memory cannot answer;
    ``pyshacl`` runs all on the reference engine.
    """
    if engine == "pyshacl":
        return pyshacl_engine.validate(store, graph, graph.shapes)
    planned = plan(graph)
    results = sparql_engine.validate(store, graph, planned["store"], memory or Memory())
    if planned["pyshacl"]:
        results += pyshacl_engine.validate(store, graph, planned["pyshacl"])
    return results


__all__ = [
    "ENGINES",
    "Constraint",
    "Memory",
    "Shape",
    "ShapesGraph",
    "ValidationResult",
    "plan",
    "to_findings",
    "validate",
]
