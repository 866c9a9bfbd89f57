"""What the graph knows about the nodes of a network."""

from __future__ import annotations

import re
from collections import defaultdict

import networkx as nx

from ..queries import short
from ..store import Graph

TARGET = " (target)"
"""Marks the second of two nodes of a thing that is both source and target in a two-mode network."""

_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?node (LANG(?name) AS ?language) (STR(?name) AS ?label) WHERE { ?node skos:prefLabel ?name }
"""
_FACTS = """
PREFIX pd: <https://w3id.org/paradiplomacy/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?node ?kind ?country ?level
WHERE {
  ?kind rdfs:subClassOf* pd:Actor .
  ?node a ?kind .
  FILTER NOT EXISTS { ?node a ?narrower . ?narrower rdfs:subClassOf+ ?kind }
  OPTIONAL { ?node pd:country ?country }
  OPTIONAL { ?node pd:level ?level }
}
"""


def describe_nodes(network: nx.Graph[str], graph: Graph) -> None:
    """Give each node ``label`` (English), ``label_xx`` for other languages, and the facts of an actor.

    These are ``kind`` (its class), ``country`` and ``level``, as the last part of the IRI. A node
    without English name is labelled in another language, one without any name by its id.
    """
    labels, facts = _labels(graph), _facts(graph)
    for node, attributes in network.nodes(data=True):
        key = node.removesuffix(TARGET)
        attributes.update(_label_attributes(key, labels.get(key, {})), **facts.get(key, {}))


def _label_attributes(key: str, names: dict[str, str]) -> dict[str, str]:
    language = "en" if "en" in names else min(names, default=None)
    label = key if language is None else names[language]
    others = {f"label_{code}": names[code] for code in sorted(names) if code not in ("en", "")}
    return {"label": label, **others}


def _labels(graph: Graph) -> dict[str, dict[str, str]]:
    """By node and language; of several in one language the first in the alphabet."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for node, language, label in sorted(tuple(map(short, row)) for row in graph.query(_LABELS).rows):
        labels[node].setdefault(language, label)
    return labels


def _facts(graph: Graph) -> dict[str, dict[str, str]]:
    """By node and attribute; of several values the first in the alphabet."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for node, *values in sorted(tuple(map(short, row)) for row in graph.query(_FACTS).rows):
        for name, value in zip(("kind", "country", "level"), values, strict=True):
            if value:
                facts[node].setdefault(name, re.split(r"[/#:]", value)[-1])
    return facts
