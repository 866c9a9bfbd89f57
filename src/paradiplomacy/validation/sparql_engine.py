"""Shapes on the store: every constraint is one set-based query for all focus nodes at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox

from ..findings import WrongUsageError
from . import components
from .classes import ClassTree
from .memory import Memory
from .results import ValidationResult
from .shapes import Constraint, Node, Shape, ShapesGraph

_TARGETS = {
    "targetClass": "VALUES ?kind { %s } ?this a ?kind .",
    "targetNode": "VALUES ?this { %s }",
    "targetSubjectsOf": "?this %s ?any .",
    "targetObjectsOf": "?any %s ?this .",
}
_UNSAFE = re.compile(
    r"\b(UNION|MINUS|VALUES|SERVICE|GROUP|HAVING|LIMIT|OFFSET)\b"
    r"|\$(PATH|shapesGraph|currentShape)\b|\bAS\s+[?$]this\b",
    re.IGNORECASE,
)
_IMPORTS = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
_NAMES_AND_TEXTS = re.compile(r"""<[^<>\s]*>|"[^"]*"|'[^']*'|\b[\w-]*:[\w-]+""")
_SAFE_GROUP = re.compile(r"(\bWHERE|\bEXISTS|\bOPTIONAL)\s*$", re.IGNORECASE)


def can_decide(graph: ShapesGraph, shape: Shape) -> bool:
    """Whether this engine decides every constraint of a shape, with the specification's results."""
    return all(_can_decide(graph, constraint) for constraint in shape.constraints)


def _can_decide(graph: ShapesGraph, constraint: Constraint) -> bool:
    if constraint.component == "sparql":
        return is_joinable(graph.text(constraint.node, "select"))
    if constraint.component == "datatype":
        return components.knows_datatype(constraint)
    return components.builder(constraint.component) is not None


def is_joinable(select: str) -> bool:
    """Whether joining a SELECT query with its focus nodes means the same as pre-binding ``$this``.

    Pre-binding (SHACL, section 5.3.2) reaches into nested groups, which a join does not; so the
    query may have no groups but those of EXISTS and OPTIONAL, and no subquery.
    """
    words = _NAMES_AND_TEXTS.sub("", select)
    if not words.strip() or _UNSAFE.search(words):
        return False
    groups = [match.start() for match in re.finditer("{", words)]
    return all(_SAFE_GROUP.search(words[:start]) for start in groups)


def validate(
    store: ox.Store, graph: ShapesGraph, shapes: list[Shape], memory: Memory
) -> list[ValidationResult]:
    """All results of the shapes over the union of the store's graphs; what is remembered is not asked."""
    classes = ClassTree(store)
    asked = [
        (query_for(graph, classes, shape, constraint), constraint)
        for shape in shapes
        if any(_may_have_focus_nodes(store, classes, kind, value) for kind, value in shape.targets)
        for constraint in shape.constraints
    ]
    recalled = {it: memory.recall(it[0], _identity(it[1])) for it in asked}
    unknown = [it for it, results in recalled.items() if results is None]
    with ThreadPoolExecutor() as pool:
        for it, found in zip(unknown, pool.map(lambda it: list(_run(store, *it)), unknown), strict=True):
            memory.learn(it[0], _identity(it[1]), found)
            recalled[it] = found
    return [result for results in recalled.values() for result in results or ()]


def _identity(constraint: Constraint) -> str:
    """What the results of a constraint say besides what its query finds."""
    return repr(
        (constraint.shape, constraint.path, constraint.severity, constraint.message, constraint.remedy)
    )


def query_for(graph: ShapesGraph, classes: ClassTree, shape: Shape, constraint: Constraint) -> str:
    """The SELECT query whose solutions are the constraint's results."""
    targets = " UNION ".join(f"{{ {_target(classes, kind, value)} }}" for kind, value in shape.targets)
    focus = f"{{ SELECT DISTINCT ?this WHERE {{ {targets} }} }}"
    if constraint.component == "sparql":
        head, body = graph.text(constraint.node, "select").replace("$", "?").split("{", 1)
        return f"{_prefixes(graph, constraint)}{head}{{ {focus} {body}"
    build = components.builder(constraint.component)
    assert build is not None, "asked for a constraint that can_decide refused"
    return f"SELECT DISTINCT * WHERE {{ {focus} {build(graph, classes, constraint)} }}"


def _may_have_focus_nodes(store: ox.Store, classes: ClassTree, kind: str, value: Node) -> bool:
    """A cheap look at the store, so that shapes of what is not in the data cost nothing."""
    if kind == "targetClass":
        return classes.has_instances(value)
    if kind == "targetNode" or not isinstance(value, ox.NamedNode):
        return True
    return next(store.quads_for_pattern(None, value, None, None), None) is not None


def _target(classes: ClassTree, kind: str, value: Node) -> str:
    return _TARGETS[kind] % (classes.below(value) if kind == "targetClass" else value)


def _run(store: ox.Store, query: str, constraint: Constraint) -> set[ValidationResult]:
    try:
        answer = store.query(query, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise WrongUsageError(f"shape {constraint.shape}, {constraint.component}: {error}") from error
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
        message = message.replace(f"{{?{name}}}", _plain(solution[name])).replace(
            f"{{${name}}}", _plain(solution[name])
        )
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
    """PREFIX lines of a SPARQL constraint, from its ontology and what that imports (SHACL, section 5.2.1)."""
    todo = graph.objects(constraint.node, "prefixes")
    owners: list[Node] = []
    while todo:
        owner = todo.pop()
        if owner not in owners:
            owners.append(owner)
            todo += graph.objects(owner, _IMPORTS)
    declarations = [declaration for owner in owners for declaration in graph.objects(owner, "declare")]
    return "".join(
        f"PREFIX {graph.text(declaration, 'prefix')}: <{graph.text(declaration, 'namespace')}> "
        for declaration in declarations
    )
