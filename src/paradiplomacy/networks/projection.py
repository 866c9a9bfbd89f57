"""A network is a query: its rows become the edges of a networkx graph, with the actors' attributes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import networkx as nx

from ..queries import CatalogueQuery
from ..store import Graph
from .attributes import TARGET, describe_nodes
from .header import Form, form_of
from .ties import Tie, joined, read_ties, total_weight, without_mirrors


def project(query: CatalogueQuery, graph: Graph) -> nx.Graph[str]:
    """Run a network query and make its graph; the same rows in any order give the same graph.

    The query selects ``?source ?target`` and, if it likes, ``?weight ?start ?end ?layer ?tie``.
    Rows that join the same two nodes become one edge. Its weight is the sum of their weights, 1 per
    row unless given; rows with the same ``?tie`` count once, and so do rows of an undirected network
    that differ in direction only. The other values become text, several joined by a semicolon.

    Nodes are prefixed ids with ``label``, ``label_xx`` in other languages, ``kind``, ``country``,
    ``level``; in a two-mode network also ``bipartite``, 0 for sources and 1 for targets. What is
    both there becomes two nodes, of which the target's id ends in " (target)".

    Raises WrongUsageError if the header or the rows are not those of a network.
    """
    form = form_of(query)
    network = join(read_ties(graph.query(query.text), query.path), form)
    network.graph.update(name=query.name, title=query.summary)
    describe_nodes(network, graph)
    return network


def join(ties: list[Tie], form: Form) -> nx.Graph[str]:
    """Ties as a graph, nodes and edges in alphabetical order, sources of a two-mode network first."""
    network: nx.Graph[str] = nx.DiGraph() if form.directed else nx.Graph()
    if form.two_mode:
        ties = _in_two_modes(ties)
        network.add_nodes_from(sorted({tie.source for tie in ties}), bipartite=0)
        network.add_nodes_from(sorted({tie.target for tie in ties}), bipartite=1)
    elif not form.directed:
        ties = without_mirrors(ties)
    network.add_nodes_from(sorted({end for tie in ties for end in (tie.source, tie.target)}))
    for (source, target), parallel in sorted(_by_ends(ties).items()):
        network.add_edge(source, target, weight=total_weight(parallel), **joined(parallel))
    return network


def _in_two_modes(ties: list[Tie]) -> list[Tie]:
    sources = {tie.source for tie in ties}
    return [replace(tie, target=tie.target + TARGET) if tie.target in sources else tie for tie in ties]


def _by_ends(ties: Iterable[Tie]) -> dict[tuple[str, str], list[Tie]]:
    groups: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        groups[tie.source, tie.target].append(tie)
    return groups
