"""SHACL Core constraint components as SPARQL: for each, the patterns that find what breaks it.

Each function gets the constraint and returns graph patterns over ``?this`` (already bound to the
focus nodes) that bind ``?value`` where the component reports a value node. Semantics: SHACL (W3C
Recommendation, 2017), section 4.
"""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from .classes import ClassTree
from .shapes import Constraint, ShapesGraph

XSD = "http://www.w3.org/2001/XMLSchema#"
_CASTABLE = {
    f"{XSD}{name}" for name in ("integer", "decimal", "double", "float", "boolean", "date", "dateTime")
}
_ALWAYS_WELL_FORMED = {f"{XSD}string", f"{XSD}anyURI"}
_NODE_KINDS = {
    "IRI": "isIRI(?value)",
    "BlankNode": "isBlank(?value)",
    "Literal": "isLiteral(?value)",
    "BlankNodeOrIRI": "(isBlank(?value) || isIRI(?value))",
    "BlankNodeOrLiteral": "(isBlank(?value) || isLiteral(?value))",
    "IRIOrLiteral": "(isIRI(?value) || isLiteral(?value))",
}

Builder = Callable[[ShapesGraph, ClassTree, Constraint], str]


def builder(component: str) -> Builder | None:
    """The function for a component, or None if it is left to the reference engine."""
    return _BUILDERS.get(component)


def knows_datatype(constraint: Constraint) -> bool:
    """Whether ill-formed literals of the datatype can be told: only those of known XML Schema types can."""
    datatype = constraint.value.value if isinstance(constraint.value, ox.NamedNode) else ""
    return datatype in _CASTABLE | _ALWAYS_WELL_FORMED or not datatype.startswith(XSD)


def value_pattern(constraint: Constraint) -> str:
    """Binds ``?value`` to each value node."""
    return f"?this {constraint.path} ?value ." if constraint.path else "BIND (?this AS ?value)"


def _filter(condition: str) -> Builder:
    """Reports each value node for which the condition is not true (errors count as not true)."""

    def build(graph: ShapesGraph, _: ClassTree, constraint: Constraint) -> str:
        text = condition.replace("%s", _term(constraint.value))
        return f"{value_pattern(constraint)} FILTER (!COALESCE({text}, false))"

    return build


def _term(node: object) -> str:
    return str(node)


def _number(constraint: Constraint) -> int:
    return int(constraint.value.value) if isinstance(constraint.value, ox.Literal) else 0


def _is_walk(path: str) -> bool:
    """Whether a path has several steps, each over a triple: it holds between no node and itself as such."""
    return not path.startswith("<") and not any(mark in path for mark in (")*", ")?"))


def _min_count(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    if _number(constraint) == 0:
        return "FILTER (false)"
    if _number(constraint) == 1:
        # A predicate is looked up for each focus node; a longer path is walked once for all of them.
        absent = "MINUS" if _is_walk(constraint.path or "") else "FILTER NOT EXISTS"
        return f"{absent} {{ ?this {constraint.path} ?any }}"
    return f"MINUS {_with_count(constraint, f'>= {_number(constraint)}')}"


def _max_count(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    if _number(constraint) == 0:
        return f"FILTER EXISTS {{ ?this {constraint.path} ?any }}"
    return _with_count(constraint, f"> {_number(constraint)}")


def _with_count(constraint: Constraint, comparison: str) -> str:
    """The focus nodes with so many distinct values, as one grouped subquery."""
    return (
        f"{{ SELECT ?this WHERE {{ ?this {constraint.path} ?any }} "
        f"GROUP BY ?this HAVING (COUNT(DISTINCT ?any) {comparison}) }}"
    )


def _class(_: ShapesGraph, classes: ClassTree, constraint: Constraint) -> str:
    kinds = classes.below(constraint.value)
    return f"{value_pattern(constraint)} FILTER NOT EXISTS {{ VALUES ?kind {{ {kinds} }} ?value a ?kind }}"


def _datatype(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    datatype = constraint.value.value if isinstance(constraint.value, ox.NamedNode) else ""
    right = f"isLiteral(?value) && DATATYPE(?value) = <{datatype}>"
    if datatype in _CASTABLE:
        # A cast of an ill-formed literal is an error, which counts as a violation.
        right += f" && isLiteral(<{datatype}>(STR(?value)))"
    return f"{value_pattern(constraint)} FILTER (!COALESCE({right}, false))"


def _node_kind(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    kind = constraint.value.value.rsplit("#", 1)[-1] if isinstance(constraint.value, ox.NamedNode) else ""
    return f"{value_pattern(constraint)} FILTER (!{_NODE_KINDS[kind]})"


def _pattern(graph: ShapesGraph, _: ClassTree, constraint: Constraint) -> str:
    flags = graph.one(constraint.node, "flags")
    arguments = f"STR(?value), {_term(constraint.value)}" + (f", {_term(flags)}" if flags else "")
    return f"{value_pattern(constraint)} FILTER (isBlank(?value) || !REGEX({arguments}))"


def _length(comparison: str) -> Builder:
    def build(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
        right = f"STRLEN(STR(?value)) {comparison} {_number(constraint)}"
        return f"{value_pattern(constraint)} FILTER (isBlank(?value) || !({right}))"

    return build


def _in(graph: ShapesGraph, _: ClassTree, constraint: Constraint) -> str:
    same = (
        " || ".join(f"sameTerm(?value, {_term(item)})" for item in graph.items(constraint.value)) or "false"
    )
    return f"{value_pattern(constraint)} FILTER (!({same}))"


def _has_value(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    if constraint.path is None:
        return f"FILTER (!sameTerm(?this, {_term(constraint.value)}))"
    same = f"sameTerm(?any, {_term(constraint.value)})"
    return f"FILTER NOT EXISTS {{ ?this {constraint.path} ?any FILTER ({same}) }}"


def _language_in(graph: ShapesGraph, _: ClassTree, constraint: Constraint) -> str:
    ranges = (
        " || ".join(f"langMatches(LANG(?value), {_term(item)})" for item in graph.items(constraint.value))
        or "false"
    )
    return f"{value_pattern(constraint)} FILTER (!COALESCE(isLiteral(?value) && ({ranges}), false))"


def _unique_lang(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    if not (isinstance(constraint.value, ox.Literal) and constraint.value.value == "true"):
        return "FILTER (false)"
    return (
        f"?this {constraint.path} ?one , ?other . "
        'FILTER (isLiteral(?one) && LANG(?one) != "" && !sameTerm(?one, ?other) '
        "&& LCASE(LANG(?one)) = LCASE(LANG(?other)))"
    )


def _less_than(comparison: str) -> Builder:
    def build(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
        return (
            f"{value_pattern(constraint)} ?this {_term(constraint.value)} ?other . "
            f"FILTER (!COALESCE(?value {comparison} ?other, false))"
        )

    return build


def _disjoint(_: ShapesGraph, __: ClassTree, constraint: Constraint) -> str:
    return f"{value_pattern(constraint)} FILTER EXISTS {{ ?this {_term(constraint.value)} ?value }}"


_BUILDERS: dict[str, Builder] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "pattern": _pattern,
    "minLength": _length(">="),
    "maxLength": _length("<="),
    "in": _in,
    "hasValue": _has_value,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "lessThan": _less_than("<"),
    "lessThanOrEquals": _less_than("<="),
    "disjoint": _disjoint,
    "minInclusive": _filter("?value >= %s"),
    "minExclusive": _filter("?value > %s"),
    "maxInclusive": _filter("?value <= %s"),
    "maxExclusive": _filter("?value < %s"),
}
