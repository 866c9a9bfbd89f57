"""SHACL property paths as SPARQL property paths."""

from __future__ import annotations

from typing import Protocol

import pyoxigraph as ox

from ..findings import WrongUsageError

SH = "http://www.w3.org/ns/shacl#"
_FIRST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Readable(Protocol):
    """The part of a graph that reading a path needs."""

    def one(self, subject: Node, predicate: str | ox.NamedNode) -> Node | None:
        """The first object of a predicate."""
        ...

    def items(self, head: Node) -> list[Node]:
        """Members of a list."""
        ...


def path_text(graph: Readable, path: Node) -> str:
    """The path that a node of a shapes graph describes (SHACL, section 2.3.1), in SPARQL's syntax."""
    if isinstance(path, ox.NamedNode):
        return str(path)
    if graph.one(path, _FIRST) is not None:
        return "(" + "/".join(path_text(graph, item) for item in graph.items(path)) + ")"
    if (inverse := graph.one(path, "inversePath")) is not None:
        return "^" + path_text(graph, inverse)
    if (alternatives := graph.one(path, "alternativePath")) is not None:
        return "(" + "|".join(path_text(graph, item) for item in graph.items(alternatives)) + ")"
    for name, mark in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
        if (inner := graph.one(path, name)) is not None:
            return f"({path_text(graph, inner)}){mark}"
    raise WrongUsageError(f"shapes: what stands at sh:path is not a SHACL path: {path}")
