"""Centralities, computed by networkx."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx

from ..findings import WrongUsageError, did_you_mean
from .spectral import leading_eigenvector

Scores = Mapping[str, float]


def degree(network: nx.Graph[str]) -> Scores:
    """Number of edges at a node: d(v) = |{e : v in e}|.

    In a directed network in plus out. Weights are ignored, so parallel ties count once.
    Source: Freeman 1979, Centrality in social networks: conceptual clarification.
    """
    return {node: float(count) for node, count in network.degree()}


def betweenness(network: nx.Graph[str]) -> Scores:
    """Share of shortest paths between others that pass through: b(v) = sum of s(a,b|v) / s(a,b).

    The sum runs over the pairs of other nodes and is divided by their number: (n-1)(n-2) ordered
    pairs if directed, half as many if not. Paths follow the direction; weights are ignored;
    pairs without a path add nothing.
    Source: Freeman 1977, A set of measures of centrality based on betweenness; algorithm of
    Brandes 2001, A faster algorithm for betweenness centrality.
    """
    scores: Scores = nx.betweenness_centrality(network)
    return scores


def closeness(network: nx.Graph[str]) -> Scores:
    """Nearness to the nodes that reach it, times their share: c(v) = r/(n-1) * r / (sum of d(u,v)).

    r nodes reach v, over directed paths if the network is directed; the share corrects for networks
    in parts. Weights are ignored.
    Source: Wasserman and Faust 1994, Social network analysis, p. 201.
    """
    scores: Scores = nx.closeness_centrality(network, wf_improved=True)
    return scores


def eigenvector(network: nx.Graph[str]) -> Scores:
    """Being tied to central nodes: x(v) = 1/k * (sum of x(u) over neighbours u), k the greatest possible.

    Direction and weights are ignored. If the network is in parts, the part with the greatest k
    prevails and the others score 0. The squares of all scores sum to 1.
    Source: Bonacich 1972, Factoring and weighting approaches to status scores and clique
    identification.
    """
    return leading_eigenvector(nx.Graph(network))


def pagerank(network: nx.Graph[str]) -> Scores:
    """Chance to find a random walker there: p(v) = 0.15/n + 0.85 * sum of p(u) w(u,v) / w(u).

    w(u,v) is the weight of the edge, w(u) that of all edges out of u. Without direction the walker
    goes both ways; from a node without way out to any node. All scores sum to 1.
    Source: Brin and Page 1998, The anatomy of a large-scale hypertextual web search engine.
    """
    scores: Scores = nx.pagerank(network, alpha=0.85, max_iter=1000, tol=1e-12)
    return scores


MEASURES: dict[str, Callable[[nx.Graph[str]], Scores]] = {
    compute.__name__: compute for compute in (degree, betweenness, closeness, eigenvector, pagerank)
}
"""All measures by name; the docstring of each says what it is, after whom, and how ties are treated."""


def measure(network: nx.Graph[str], names: list[str] | None = None) -> list[dict[str, Any]]:
    """One row per node: id, label, and the chosen measures (all by default), highest first column first.

    Nodes that tie are in alphabetical order. Raises WrongUsageError for an unknown measure.
    """
    chosen = names or list(MEASURES)
    for name in chosen:
        _ensure_known(name)
    columns = {name: MEASURES[name](network) if len(network) else {} for name in chosen}
    rows: list[dict[str, Any]] = [
        {"node": node, "label": attributes.get("label", node)}
        | {name: columns[name][node] for name in chosen}
        for node, attributes in network.nodes(data=True)
    ]
    return sorted(rows, key=lambda row: (-round(row[chosen[0]], 12), row["node"]))


def _ensure_known(name: str) -> None:
    if name not in MEASURES:
        hint = did_you_mean(name, MEASURES) or f" There are: {', '.join(MEASURES)}."
        raise WrongUsageError(f"there is no measure {name!r}.{hint}")
