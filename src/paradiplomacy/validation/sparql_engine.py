"""Shapes on the store: every constraint is one set-based query for all focus nodes at once."""

from __future__ import annotations

import re

import pyoxigraph as ox

from . import components
from .results import ValidationResult
from .shapes import Constraint, Shape, ShapesGraph

_TARGETS = {
    "targetClass": "?this a ?kind . ?kind <http://www.w3.org/2000/01/rdf-schema#subClassOf>* %s .",
    "targetNode": "VALUES ?this { %s }",
    "targetSubjectsOf": "?this %s ?any .",
    "targetObjectsOf": "?any %s ?this .",
}
_UNSAFE_SPARQL = re.compile(r"\b(MINUS|VALUES|SERVICE|GROUP|HAVING|SELECT\b.*\bSELECT)\b", re.IGNORECASE | re.DOTALL)


def can_decide(graph: ShapesGraph, shape: Shape) -> bool:
    """Whether this engine decides every constraint of a shape, with the specification's results."""
    return all(_can_decide(graph, constraint) for constraint in shape.constraints)


def _can_decide(graph: ShapesGraph, constraint: Constraint) -> bool:
    if constraint.component == "sparql":
        # A constraint that SHACL's pre-binding would treat otherwise than a join does stays with the reference.
        select = graph.text(constraint.node, "select")
        return bool(select) and "$PATH" not in select and not _UNSAFE_SPARQL.search(select)
    return components.builder(constraint.component) is not None


def validate(store: ox.Store, graph: ShapesGraph, shapes: list[Shape]) -> list[ValidationResult]:
    """All results of the shapes over the union of the store's graphs."""
    return [
        result
        for shape in shapes
        if shape.targets
        for constraint in shape.constraints
        for result in _run(store, graph, shape, constraint)
    ]


def query_for(graph: ShapesGraph, shape: Shape, constraint: Constraint) -> str:
    """The SELECT query whose solutions are the constraint's results."""
    targets = " UNION ".join(f"{{ {_TARGETS[kind] % value} }}" for kind, value in shape.targets)
    focus = f"{{ SELECT DISTINCT ?this WHERE {{ {targets} }} }}"
    if constraint.component == "sparql":
        head, body = graph.text(constraint.node, "select").replace("$", "?").split("{", 1)
        return f"{_prefixes(graph, constraint)}{head}{{ {focus} {body}"
    build = components.builder(constraint.component)
    assert build is not None, "asked for a constraint that can_decide refused"
    return f"SELECT DISTINCT * WHERE {{ {focus} {build(graph, constraint)} }}"


def _run(store: ox.Store, graph: ShapesGraph, shape: Shape, constraint: Constraint) -> set[ValidationResult]:
    answer = store.query(query_for(graph, shape, constraint), use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions), "a SELECT query has solutions"
    names = {variable.value for variable in answer.variables}
    return {_result(constraint, names, solution) for solution in answer}


def _result(constraint: Constraint, names: set[str], solution: ox.QuerySolution) -> ValidationResult:
    def term(name: str) -> str | None:
        return str(solution[name]) if name in names and solution[name] is not None else None

    is_sparql = constraint.component == "sparql"
    value = term("value")
    if is_sparql and value is None and constraint.path is None:
        value = term("this")
    message = constraint.message
    for name in names:
        message = message.replace(f"{{?{name}}}", _plain(solution[name])).replace(f"{{${name}}}", _plain(solution[name]))
    return ValidationResult(
        focus=term("this") or "",
        path=(term("path") if is_sparql else None) or constraint.path,
        value=value,
        component=constraint.component,
        shape=constraint.shape,
        severity=constraint.severity,
        message=message,
        remedy=constraint.remedy,
    )


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))


def _prefixes(graph: ShapesGraph, constraint: Constraint) -> str:
    """PREFIX lines of a SPARQL constraint (SHACL, section 5.2.1)."""
    return "".join(
        f"PREFIX {graph.text(declaration, 'prefix')}: <{graph.text(declaration, 'namespace')}> "
        for owner in graph.objects(constraint.node, "prefixes")
        for declaration in graph.objects(owner, "declare")
    )
