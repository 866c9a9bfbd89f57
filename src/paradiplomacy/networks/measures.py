"""Centralities, computed by networkx."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from ..findings import WrongUsageError, did_you_mean


@dataclass(frozen=True)
class Measure:
    """A measure of nodes, with what is done about direction, weights and disconnected parts."""

    name: str
    compute: Callable[[Any], Mapping[str, float]]
    formula: str
    source: str
    treatment: str


def _degree(network: nx.Graph[str]) -> Mapping[str, float]:
    return {node: float(degree) for node, degree in network.degree()}


def _eigenvector(network: nx.Graph[str]) -> Mapping[str, float]:
    undirected = network.to_undirected() if network.is_directed() else network
    scores: Mapping[str, float] = nx.eigenvector_centrality(undirected, max_iter=10_000, tol=1e-9)
    return scores


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("degree", _degree, "number of neighbours", "Freeman 1979",
                "direction: in plus out; weights ignored"),
        Measure("betweenness", nx.betweenness_centrality,
                "share of shortest paths between other nodes that pass through, over (n-1)(n-2) ordered pairs",
                "Freeman 1977; Brandes 2001", "directed; weights ignored; unreachable pairs count as none"),
        Measure("closeness", nx.closeness_centrality,
                "inverse mean distance to the nodes that reach it, times their share of all nodes",
                "Wasserman and Faust 1994", "directed: distances inward; weights ignored; corrected for disconnected parts"),
        Measure("eigenvector", _eigenvector, "principal eigenvector of the adjacency matrix",
                "Bonacich 1972", "direction ignored; weights ignored; the largest eigenvalue's component prevails"),
        Measure("pagerank", nx.pagerank, "stationary distribution of a random walk with restart, damping 0.85",
                "Brin and Page 1998", "directed; weighted; dangling nodes restart anywhere"),
    )
}  # fmt: skip


def measure(network: nx.Graph[str], names: list[str] | None = None) -> list[dict[str, Any]]:
    """One row per node: id, label, and the chosen measures (all by default), highest first column first.

    Raises WrongUsageError for an unknown measure, with a suggestion.
    """
    chosen = names or list(MEASURES)
    for name in chosen:
        if name not in MEASURES:
            raise WrongUsageError(
                f"there is no measure {name!r}.{did_you_mean(name, MEASURES) or ' There are: ' + ', '.join(MEASURES) + '.'}"
            )
    if not len(network):
        return []
    columns = {name: MEASURES[name].compute(network) for name in chosen}
    rows = [
        {
            "node": node,
            "label": network.nodes[node].get("label", node),
            **{n: columns[n][node] for n in chosen},
        }
        for node in network
    ]
    return sorted(rows, key=lambda row: (-row[chosen[0]], row["node"]))
