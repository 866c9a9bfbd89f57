"""What a built graph holds: counts for the manifest of its snapshot."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

COUNTS = {
    "actors": "https://w3id.org/paradiplomacy/ontology#Actor",
    "ties": "https://w3id.org/paradiplomacy/ontology#Tie",
    "observations": "http://purl.org/linked-data/cube#Observation",
    "names": "http://www.w3.org/2008/05/skos-xl#Label",
    "citations": "https://w3id.org/paradiplomacy/ontology#Citation",
    "sources": "https://w3id.org/paradiplomacy/ontology#Source",
    "conflicts": "https://w3id.org/paradiplomacy/ontology#Conflict",
}
"""What a build counts: instances of a class, its subclasses included."""


def count_graphs(store: ox.Store) -> dict[str, int]:
    """Counts of quads by the last part of the graph's name."""
    sizes = _select(store, "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key")
    return {iri.rsplit("/", 1)[-1]: size for iri, size in sorted(sizes.items())}


def count_instances(store: ox.Store) -> dict[str, int]:
    """Counts of instances by what ``COUNTS`` calls them."""
    return {name: _count_instances(store, iri) for name, iri in COUNTS.items()}


def describe(graphs: dict[str, int], instances: dict[str, int], findings: dict[str, int]) -> dict[str, Any]:
    """The counts of a manifest; of ``graphs`` also the sum."""
    return {"triples": sum(graphs.values()), "graphs": graphs, **instances, "findings": findings}


def _count_instances(store: ox.Store, iri: str) -> int:
    subclasses = f"?kind <http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{iri}>"
    return sum(_select(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ?kind . {subclasses} }}").values())


def _select(store: ox.Store, query: str) -> dict[str, int]:
    """Counts ``?n`` of an aggregate query, by ``?key`` if it has one."""
    answer = store.query(query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions), "a SELECT query has solutions"
    has_key = any(variable.value == "key" for variable in answer.variables)
    return {row["key"].value if has_key else "": int(row["n"].value) for row in answer}
