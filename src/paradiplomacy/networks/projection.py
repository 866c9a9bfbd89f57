"""A network is a query: its rows become the edges of a networkx graph, with the actors' attributes."""

from __future__ import annotations

from typing import Any

import networkx as nx

from ..findings import WrongUsageError
from ..queries import CatalogueQuery, short
from ..store import Graph, Result, to_python

EDGE_ATTRIBUTES = ("weight", "start", "end", "layer")
_NODE_QUERY = """
PREFIX pd: <https://w3id.org/paradiplomacy/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?node (SAMPLE(?name) AS ?label) (SAMPLE(?class) AS ?kind) (SAMPLE(?state) AS ?country) (SAMPLE(?rung) AS ?level)
WHERE {
  ?node skos:prefLabel ?name ; a ?class . ?class rdfs:subClassOf* pd:Actor .
  FILTER (LANG(?name) = "en")
  OPTIONAL { ?node pd:country ?state }
  OPTIONAL { ?node pd:level ?rung }
} GROUP BY ?node
"""


def project(query: CatalogueQuery, graph: Graph) -> nx.Graph[str]:
    """Run a network query and make its graph.

    Nodes are prefixed ids with ``label``, ``kind``, ``country`` and ``level``; in a two-mode
    network also ``bipartite``, 0 for sources and 1 for targets. Rows that join the same two nodes
    become one edge whose weight is their sum (1 per row if the query gives no weight) and whose
    other attributes are joined.
    """
    result = graph.query(query.text)
    missing = {"source", "target"} - set(result.variables)
    if missing:
        raise WrongUsageError(
            f"{query.path}: a network query returns ?source and ?target; it lacks {', '.join(missing)}."
        )
    network: nx.Graph[str] = nx.DiGraph() if query.header.get("directed") else nx.Graph()
    network.graph.update(name=query.name, title=query.summary)
    for source, target, attributes in _edges(result):
        _add_edge(network, source, target, attributes)
    if query.header.get("two_mode"):
        targets = {target for _, target, _ in _edges(result)}
        nx.set_node_attributes(network, {node: int(node in targets) for node in network}, "bipartite")
    _add_node_attributes(network, graph)
    return network


def _edges(result: Result) -> list[tuple[str, str, dict[str, Any]]]:
    names = result.variables
    position = {name: names.index(name) for name in ("source", "target")}
    edges = []
    for row in sorted(result.rows, key=str):
        attributes = {
            name: to_python(term)
            for name, term in zip(names, row, strict=True)
            if name in EDGE_ATTRIBUTES and term is not None
        }
        edges.append((short(row[position["source"]]), short(row[position["target"]]), attributes))
    return edges


def _add_edge(network: nx.Graph[str], source: str, target: str, attributes: dict[str, Any]) -> None:
    weight = float(attributes.pop("weight", 1))
    if not network.has_edge(source, target):
        network.add_edge(source, target, weight=weight, **{k: str(v) for k, v in attributes.items()})
        return
    edge = network.edges[source, target]
    edge["weight"] += weight
    for name, value in attributes.items():
        seen = str(edge.get(name, "")).split("; ") if edge.get(name) else []
        edge[name] = "; ".join(sorted({*seen, str(value)}))


def _add_node_attributes(network: nx.Graph[str], graph: Graph) -> None:
    for row in graph.query(_NODE_QUERY).rows:
        node, label, *others = row
        if short(node) in network:
            network.nodes[short(node)].update(label=short(label))
            kept = {
                name: short(term)
                for name, term in zip(("kind", "country", "level"), others, strict=True)
                if term
            }
            network.nodes[short(node)].update({name: text.split(":", 1)[-1] for name, text in kept.items()})
