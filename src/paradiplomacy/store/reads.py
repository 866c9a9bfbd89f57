"""What a query reads: whether a change of certain triples can change its answer.

Most queries name every predicate and class that they read. Where the predicate is a variable
(``?tie ?role ?actor``), the same query mostly says what binds it (``?class pd:fromRole ?role``): then
only predicates so bound are read. The algebra (SPARQL 1.1, section 18) tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

Read = tuple[str, str, str]
Reads = list[Read] | None
"""What else than the predicates and classes that it names a query reads; None if that may be anything.

``("type", "", "")`` is every type of every resource. The others say which predicates: those at either end
of triples with a predicate (``("near", predicate, "")``), the subjects of triples with a predicate and an
object (``("to", predicate, object)``), or one (``("is", predicate, "")``).
"""

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_IRI = re.compile(r"<[^<>\s]*>")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_ODD_PREFIX = re.compile(r"\bPREFIX\s[^<]*<[^>]*[^#/:>]>", re.IGNORECASE)
"""A prefix that ends within a name."""
_ONE_OF = re.compile(r"VALUES ([?$]\w+) \{[^{}]*\} ([?$]\w+) a \1(?!\w)")
"""A class that is a variable, but one of those that stand before."""
_SUSPECT = re.compile(
    r"[?$]\w+\s+[?$]\w"  # ?s ?p: a variable as predicate, or as object after one
    r"|[;\[]\s*[?$]\w"  # ; ?p or [ ?p
    r"|[\w>]\s+[?$]\w+\s+(?:<|\w+:)"  # x:s ?p x:o
    r"|\ba\s+[?$]\w|(?<![?$:\w])a\s*[|/^)]|[|/^(!]\s*a\s"  # a ?class; types in a path
    r"|[)>\w][*?]\s"  # a path of no length leads from any node to itself
    r"|(?:[?$]\w+|>|:\w+)\s+\(*\s*!(?!=)|(?<!\|)[|/^]\s*\(*\s*!(?!=)"  # any predicate but some
)


def reads(query: str) -> Reads:
    """What a query reads besides the predicates and classes that it names."""
    written = _TEXT.sub('""', query)
    if "\\" in written or _ODD_PREFIX.search(written):
        return None  # names in disguise
    bare = _ONE_OF.sub(r"\2 a <>", _IRI.sub("<>", written))
    # Comments and other quotation marks may throw the glance off: what is taken for text may be none.
    is_plain = "'" not in bare and "#" not in bare and '"""' not in query
    if is_plain and not _SUSPECT.search(bare.split("{", 1)[-1]):
        return []
    from pyparsing import ParseException
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except (ParseException, RecursionError, KeyError, TypeError, AttributeError):
        return None  # a query that only one of the two parsers understands
    try:
        return sorted(set(_found(algebra, [])))
    except _AnythingError:
        return None


def reads_from(value: list[list[str]] | None) -> Reads:
    """What was written as JSON. Raises ValueError if the value is none of these."""
    return None if value is None else [(how, name, end) for how, name, end in value]


class _AnythingError(Exception):
    """A part of the query may read any triple."""


def _found(part: Any, beside: list[Any]) -> Iterator[Read]:
    """What a part of the algebra reads, given the parts that it is joined with."""
    kind = getattr(part, "name", None)
    if kind == "BGP":
        for triple in part.triples:
            yield from _of_triple(triple, part, beside)
    elif kind in ("Join", "LeftJoin"):
        yield from _found(part.p1, [*beside, part.p2] if kind == "Join" else beside)
        yield from _found(part.p2, [*beside, part.p1])
        if kind == "LeftJoin":
            yield from _of_expression(part.expr, [*beside, part.p1, part.p2])
    elif kind in ("Filter", "Extend"):
        yield from _found(part.p, beside)
        yield from _of_expression(part.expr, [*beside, part.p])
    elif kind in ("Union", "Minus"):
        yield from _found(part.p1, beside)
        yield from _found(part.p2, beside if kind == "Union" else [])
    elif kind in ("Project", "ToMultiSet"):
        yield from _found(part.p, [])  # variables of a subquery are its own
    elif kind in ("SelectQuery", "ConstructQuery", "AskQuery", "Distinct", "Reduced", "OrderBy", "Slice"):
        yield from _found(part.p, beside)
    elif kind in ("Group", "AggregateJoin"):
        yield from _found(part.p, [])
    elif kind != "values":
        raise _AnythingError


def _of_expression(expression: Any, beside: list[Any]) -> Iterator[Read]:
    """What the EXISTS inside an expression read."""
    kind = getattr(expression, "name", "")
    if kind in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield from _found(expression.graph, beside)
    elif isinstance(expression, dict):
        for value in expression.values():
            yield from _of_expression(value, beside)
    elif isinstance(expression, list):
        for value in expression:
            yield from _of_expression(value, beside)


def _of_triple(triple: tuple[Any, Any, Any], part: Any, beside: list[Any]) -> Iterator[Read]:
    from rdflib import URIRef, Variable

    subject, predicate, value = triple
    if isinstance(predicate, Variable):
        bound = _first(_binding(predicate, other, triple) for other in [part, *beside])
        if bound is None:
            raise _AnythingError
        yield from bound
    elif isinstance(predicate, URIRef):
        if str(predicate) == TYPE and not isinstance(value, URIRef):
            yield "type", "", ""
    else:
        if _reads_types(predicate):
            yield "type", "", ""
        ends = [end for end in (subject, value) if isinstance(end, Variable)]
        is_bound = any(_binding(end, other, triple) is not None for end in ends for other in [part, *beside])
        if _has_no_length(predicate) and len(ends) == 2 and not is_bound:
            raise _AnythingError  # from any node to itself


def _binding(variable: Any, part: Any, but: object = None) -> list[Read] | None:
    """Which terms a part binds a variable to, as ``Reads`` says it; None if it may leave it unbound."""
    kind = getattr(part, "name", None)
    bindings: list[list[Read] | None] = []
    if kind == "BGP":
        bindings = [_binding_of_triple(variable, triple) for triple in part.triples if triple is not but]
    elif kind == "Join":
        bindings = [_binding(variable, part.p1, but), _binding(variable, part.p2, but)]
    elif kind in ("LeftJoin", "Minus"):
        bindings = [_binding(variable, part.p1, but)]
    elif kind == "Filter":
        bindings = [_binding(variable, part.p, but)]
    elif kind == "Extend":
        bindings = [_binding(part.expr if part.var == variable else variable, part.p, but)]
    elif kind == "Union":
        one, other = _binding(variable, part.p1, but), _binding(variable, part.p2, but)
        bindings = [None if one is None or other is None else one + other]
    elif kind in ("ToMultiSet", "Distinct") or (kind == "Project" and variable in part.PV):
        bindings = [_binding(variable, part.p, but)]
    elif kind == "values":
        bindings = [_binding_of_values(variable, part.res)]
    return _first(bindings)


def _binding_of_triple(variable: Any, triple: tuple[Any, Any, Any]) -> list[Read] | None:
    from rdflib import URIRef

    subject, predicate, value = triple
    if variable not in (subject, value) or not isinstance(predicate, URIRef):
        return None
    if variable == subject and isinstance(value, URIRef):
        return [("to", str(predicate), str(value))]
    return [("near", str(predicate), "")] if str(predicate) != TYPE else None


def _binding_of_values(variable: Any, rows: list[dict[Any, Any]]) -> list[Read] | None:
    terms = [row.get(variable) for row in rows]
    return [("is", str(term), "") for term in terms] if all(hasattr(term, "n3") for term in terms) else None


def _first(bindings: Any) -> list[Read] | None:
    return cast("list[Read] | None", next((b for b in bindings if b is not None), None))


def _reads_types(path: Any) -> bool:
    """Whether a property path has a step over rdf:type."""
    if str(path) == TYPE:
        return True
    return any(_reads_types(step) for step in _steps(path))


def _has_no_length(path: Any) -> bool:
    """Whether a property path can lead from a node to itself without any triple."""
    from rdflib.paths import AlternativePath, MulPath, SequencePath

    if isinstance(path, MulPath):
        return bool(path.zero) or _has_no_length(path.path)
    if isinstance(path, SequencePath):
        return all(_has_no_length(step) for step in path.args)
    if isinstance(path, AlternativePath):
        return any(_has_no_length(step) for step in path.args)
    return any(_has_no_length(step) for step in _steps(path))


def _steps(path: Any) -> list[Any]:
    """The parts of a property path; none of a predicate."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath

    if isinstance(path, NegatedPath):
        raise _AnythingError
    if isinstance(path, AlternativePath | SequencePath):
        return list(path.args)
    if isinstance(path, InvPath):
        return [path.arg]
    return [path.path] if isinstance(path, MulPath) else []
