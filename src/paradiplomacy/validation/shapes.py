"""The SHACL shapes graph as objects: shapes, their targets, and their constraints one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ..findings import Severity, WrongUsageError
from ..ontology import read_shapes
from .paths import path_text

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS_CLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Class")
SHAPE_CLASSES = (ox.NamedNode(SH + "NodeShape"), ox.NamedNode(SH + "PropertyShape"))
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_RDF_TYPE = ox.NamedNode(RDF + "type")
REMEDY = ox.NamedNode("https://w3id.org/paradiplomacy/ontology#remedy")

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
SEVERITIES = {"Violation": Severity.VIOLATION, "Warning": Severity.WARNING, "Info": Severity.INFO}
_NOT_CONSTRAINTS = {
    "path", "message", "severity", "deactivated", "name", "description", "order", "group", "defaultValue",
    "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "property", "flags",
    "ignoredProperties", "declare", "prefixes",
}  # fmt: skip


class ShapesGraph:
    """Read access to a shapes graph."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.triples = triples
        # A plain index: a store would write "1"^^xsd:boolean as true, which SHACL tells apart.
        self._about: dict[Node, list[ox.Triple]] = {}
        self._objects: dict[tuple[Node, str], list[Node]] = {}
        for triple in triples:
            self._about.setdefault(triple.subject, []).append(triple)
            self._objects.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)
        self._custom_parameters = {
            path
            for t in triples
            if t.predicate.value == SH + "parameter"
            for path in self.objects(t.object, "path")
        }

    @classmethod
    def read(cls, folder: Path) -> ShapesGraph:
        """Read the shapes of an ontology folder, those of its modules included."""
        return cls(read_shapes(folder))

    def objects(self, subject: Node, predicate: str | ox.NamedNode) -> list[Node]:
        """Objects of a predicate (local names are of the SHACL namespace)."""
        name = predicate.value if isinstance(predicate, ox.NamedNode) else SH + predicate
        return list(self._objects.get((subject, name), ()))

    def one(self, subject: Node, predicate: str | ox.NamedNode) -> Node | None:
        """The first object of a predicate, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def text(self, subject: Node, predicate: str | ox.NamedNode) -> str:
        """The lexical form of the first object, or an empty string."""
        value = self.one(subject, predicate)
        return value.value if isinstance(value, ox.Literal | ox.NamedNode) else ""

    def items(self, head: Node) -> list[Node]:
        """Members of an RDF list."""
        members = []
        while head != ox.NamedNode(RDF + "nil"):
            first, rest = (
                self.one(head, ox.NamedNode(RDF + "first")),
                self.one(head, ox.NamedNode(RDF + "rest")),
            )
            if first is None or rest is None:
                raise WrongUsageError(f"shapes: the list {head} has no end.")
            members.append(first)
            head = rest
        return members

    def parameters(self, shape: Node) -> Iterator[tuple[str, Node]]:
        """Every constraint parameter of a shape as (local name, value)."""
        for triple in self._about.get(shape, ()):
            name = triple.predicate.value.removeprefix(SH)
            if triple.predicate in self._custom_parameters:
                yield "customComponent", triple.object
            elif triple.predicate.value.startswith(SH) and name not in _NOT_CONSTRAINTS:
                yield name, triple.object

    @cached_property
    def shapes(self) -> list[Shape]:
        """All shapes that have targets, in the order of their names."""
        nodes = [node for node in self._about if any(self.objects(node, kind) for kind in TARGETS)]
        nodes += [node for node in self._about if self._is_implicit_target(node) and node not in nodes]
        return [_shape(self, node) for node in sorted(nodes, key=str) if not self._is_off(node)]

    def _is_implicit_target(self, node: Node) -> bool:
        types = self.objects(node, _RDF_TYPE)
        return RDFS_CLASS in types and any(kind in types for kind in SHAPE_CLASSES)

    def _is_off(self, node: Node) -> bool:
        return self.text(node, "deactivated") == "true"

    def property_shapes(self, node: Node) -> list[Node]:
        """Nested property shapes that are not deactivated."""
        return [p for p in self.objects(node, "property") if not self._is_off(p)]


@dataclass(frozen=True)
class Constraint:
    """One parameter of one shape: what is asked of the value nodes that a path leads to."""

    shape: str
    component: str
    """Local name of the parameter: ``minCount``, ``class``, ``sparql`` …"""
    value: Node
    node: Node
    """The node shape, property shape or SPARQL constraint that carries the parameter."""
    path: str | None
    """The path as a SPARQL property path; None where the focus node itself is the value node."""
    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True)
class Shape:
    """A shape with targets, and all its constraints, those of nested property shapes included."""

    node: Node
    name: str
    targets: tuple[tuple[str, Node], ...]
    constraints: tuple[Constraint, ...]


def _shape(graph: ShapesGraph, node: Node) -> Shape:
    name = local_name(node)
    targets = [(kind, value) for kind in TARGETS for value in graph.objects(node, kind)]
    if RDFS_CLASS in graph.objects(node, _RDF_TYPE):
        targets.append(("targetClass", node))
    return Shape(node, name, tuple(sorted(targets, key=str)), tuple(_constraints(graph, node, name)))


def _constraints(graph: ShapesGraph, node: Node, name: str) -> Iterator[Constraint]:
    path_node = graph.one(node, "path")
    path = path_text(graph, path_node) if path_node is not None else None
    for component, value in sorted(graph.parameters(node), key=str):
        carrier = value if component == "sparql" else node
        yield Constraint(
            shape=name,
            component=component,
            value=value,
            node=carrier,
            path=path,
            severity=severity_of(graph, node),
            message=graph.text(carrier, "message") or graph.text(node, "message"),
            remedy=graph.text(carrier, REMEDY) or graph.text(node, REMEDY),
        )
    for nested in graph.property_shapes(node):
        if path is not None:
            # A property shape inside a property shape: left to the reference engine as a whole.
            yield Constraint(name, "property", nested, node, path, Severity.VIOLATION, "", "")
        else:
            yield from _constraints(graph, nested, name)


def severity_of(graph: ShapesGraph, shape: Node) -> Severity:
    """Severity of a shape's results; violation unless it says otherwise (SHACL, section 2.1.4)."""
    return SEVERITIES.get(graph.text(shape, "severity").removeprefix(SH), Severity.VIOLATION)


def local_name(node: Node) -> str:
    """What stands after the last ``#`` or ``/`` of an IRI; the label of a blank node."""
    return node.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1] if isinstance(node, ox.NamedNode) else str(node)
