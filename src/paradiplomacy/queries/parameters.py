"""Parameters of a query, bound as RDF terms.

A query with a parameter ``place`` holds a line ``VALUES ?place { id:cn-yunnan }``, so that the
file runs as it is in any SPARQL editor; binding replaces what stands between the braces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from ..findings import WrongUsageError, did_you_mean
from ..store import Graph, to_python
from .catalogue import CatalogueQuery, Parameter

ID = "https://w3id.org/paradiplomacy/id/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_LITERALS = {
    "date": (f"{_XSD}date", re.compile(r"\d{4}-\d\d-\d\d")),
    "integer": (f"{_XSD}integer", re.compile(r"[+-]?\d+")),
}
_LABELS = "skos:prefLabel|skos:altLabel|skos:hiddenLabel"


def bind(query: CatalogueQuery, values: Mapping[str, str], graph: Graph) -> str:
    """The query's text with its parameters set; those not given keep the default of the file.

    Raises WrongUsageError for an unknown parameter or a value that is not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    text = query.text
    for name, value in values.items():
        if name not in known:
            offered = f" It takes: {', '.join(known)}." if known else " It takes none."
            raise WrongUsageError(
                f"query {query.name} has no parameter {name!r}.{did_you_mean(name, known) or offered}"
            )
        text = _replace(query, text, name, to_term(known[name], value, graph))
    return text


def to_term(parameter: Parameter, value: str, graph: Graph) -> ox.NamedNode | ox.Literal:
    """A parameter's value as a term; a resource may be given by id, IRI, or any of its names."""
    if parameter.type == "resource":
        return resolve(value, graph)
    if parameter.type == "string":
        return ox.Literal(value)
    if parameter.type not in _LITERALS:
        raise WrongUsageError(f"parameter {parameter.name}: unknown type {parameter.type!r}.")
    datatype, form = _LITERALS[parameter.type]
    if not form.fullmatch(value):
        raise WrongUsageError(f"parameter {parameter.name}: {value!r} is not of type {parameter.type}.")
    return ox.Literal(value, datatype=ox.NamedNode(datatype))


def resolve(value: str, graph: Graph) -> ox.NamedNode:
    """The resource that an id, an IRI or a name in any language stands for.

    Raises WrongUsageError with suggestions if there is none, with the choice if there are several.
    """
    if value.startswith(("http://", "https://")):
        try:
            return ox.NamedNode(value)
        except ValueError as error:
            raise WrongUsageError(f"{value!r} is not an IRI: {error}.") from error
    if re.fullmatch(r"[a-z0-9-]+", value) and graph.query(f"ASK {{ <{ID}{value}> ?p ?o }}").boolean:
        return ox.NamedNode(ID + value)
    found = _named(value, graph)
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        choice = ", ".join(sorted(iri.removeprefix(ID) for iri in found))
        raise WrongUsageError(f"{value!r} names several: {choice}. Give the id.")
    raise WrongUsageError(f"{value!r} is not known.{did_you_mean(value, _words(graph))}")


def _named(value: str, graph: Graph) -> list[str]:
    literal = ox.Literal(value.casefold())
    answer = graph.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        f"SELECT DISTINCT ?x WHERE {{ ?x {_LABELS} ?label FILTER (LCASE(STR(?label)) = {literal}) "
        f'FILTER (STRSTARTS(STR(?x), "{ID}")) }}'
    )
    return [str(row["x"]) for row in answer]


def _words(graph: Graph) -> list[str]:
    answer = graph.query(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        f'SELECT ?x ?label WHERE {{ ?x skos:prefLabel ?label FILTER (STRSTARTS(STR(?x), "{ID}")) }}'
    )
    return [
        word
        for row in answer.rows
        for word in (str(to_python(row[0])).removeprefix(ID), str(to_python(row[1])))
    ]


def _replace(query: CatalogueQuery, text: str, name: str, term: ox.NamedNode | ox.Literal) -> str:
    pattern = re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)[^}}]*(\}})")
    bound, count = pattern.subn(lambda match: f"{match[1]} {term} {match[2]}", text)
    if not count:
        raise WrongUsageError(
            f"{query.path}: there is no line VALUES ?{name} {{ … }} for its parameter {name}."
        )
    return bound
