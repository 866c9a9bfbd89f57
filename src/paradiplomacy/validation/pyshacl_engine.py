"""Shapes by pySHACL, the reference engine: for what the store does not decide, or on request for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pyoxigraph as ox

from ..findings import Severity, WrongUsageError
from .paths import path_text
from .results import ValidationResult
from .shapes import REMEDY, SEVERITIES, SH, SHAPE_CLASSES, Node, Shape, ShapesGraph, local_name

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_NAMED_BY_US = "urn:paradiplomacy:shape:"


def validate(store: ox.Store, graph: ShapesGraph, shapes: list[Shape]) -> list[ValidationResult]:
    """All results of the chosen shapes over the union of the store's graphs.

    Raises WrongUsageError if pySHACL refuses the shapes as ill-formed.
    """
    import pyshacl
    import rdflib
    from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError

    named = _name_nested_shapes(_without_targets(graph, shapes))
    rdflib.NORMALIZE_LITERALS = False  # else ill-formed literals would be reported otherwise than written
    data = rdflib.Graph().parse(data=_ntriples({quad.triple for quad in store}), format="nt")
    shacl = rdflib.Graph().parse(data=_ntriples(named.triples), format="nt")
    try:
        _, report, text = pyshacl.validate(data, shacl_graph=shacl, inference="none", allow_warnings=True)
    except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError, NotImplementedError) as error:
        raise WrongUsageError(f"pySHACL cannot run the shapes: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise WrongUsageError(f"pySHACL refuses the shapes: {text}")
    return _results(report.serialize(format="nt", encoding="utf-8"), named)


def _without_targets(graph: ShapesGraph, shapes: list[Shape]) -> ShapesGraph:
    """The shapes graph in which only the chosen shapes have targets; the others can still be referred to."""
    off = {shape.node for shape in graph.shapes} - {shape.node for shape in shapes}

    def is_target(triple: ox.Triple) -> bool:
        is_implicit = triple.predicate == _RDF_TYPE and triple.object in SHAPE_CLASSES
        return triple.subject in off and (is_implicit or triple.predicate.value.startswith(SH + "target"))

    return ShapesGraph([triple for triple in graph.triples if not is_target(triple)])


def _name_nested_shapes(graph: ShapesGraph) -> ShapesGraph:
    """Give anonymous property shapes and SPARQL constraints IRIs, so that results can be traced to them."""
    carriers = {
        t.object
        for t in graph.triples
        if t.predicate.value in (SH + "property", SH + "sparql") and isinstance(t.object, ox.BlankNode)
    }

    def rename(node: Node) -> Node:
        if isinstance(node, ox.BlankNode) and node in carriers:
            return ox.NamedNode(_NAMED_BY_US + node.value)
        return node

    return ShapesGraph(
        [
            ox.Triple(cast("ox.NamedNode", rename(t.subject)), t.predicate, rename(t.object))
            for t in graph.triples
        ]
    )


def _results(report: bytes, graph: ShapesGraph) -> list[ValidationResult]:
    answer = ShapesGraph([quad.triple for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES)])
    owners = _owners(graph)
    roots = [t.object for t in answer.triples if t.predicate.value == SH + "result"]
    return [_result(node, answer, graph, owners) for node in roots]


def _owners(graph: ShapesGraph) -> dict[Node, Node]:
    """From a nested property shape to the shape that it belongs to."""
    return {t.object: t.subject for t in graph.triples if t.predicate.value == SH + "property"}


def _result(
    node: Node, report: ShapesGraph, graph: ShapesGraph, owners: dict[Node, Node]
) -> ValidationResult:
    path, value = report.one(node, "resultPath"), report.one(node, "value")
    shape = report.one(node, "sourceShape")
    carrier = report.one(node, "sourceConstraint") or shape
    owner = shape
    while owner in owners:
        owner = owners[owner]
    return ValidationResult(
        focus=str(report.one(node, "focusNode")),
        path=path_text(report, path) if path is not None else None,
        value=str(value) if value is not None else None,
        component=_component(report.text(node, "sourceConstraintComponent")),
        shape=local_name(owner) if owner is not None else "",
        severity=SEVERITIES.get(report.text(node, "resultSeverity").removeprefix(SH), Severity.VIOLATION),
        message=report.text(node, "resultMessage"),
        remedy=graph.text(carrier, REMEDY) if carrier is not None else "",
    )


def _component(iri: str) -> str:
    """``…#MinCountConstraintComponent`` → ``minCount``."""
    name = iri.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    return "sparql" if name == "SPARQL" else name[:1].lower() + name[1:]


def _ntriples(triples: Iterable[ox.Triple]) -> bytes:
    content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(content, bytes), "serialized to memory"
    return content
