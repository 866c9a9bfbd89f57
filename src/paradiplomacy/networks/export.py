"""Networks as files that Gephi, R and UCINET open."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import networkx as nx


def as_graphml(network: nx.Graph[str]) -> bytes:
    """GraphML with node and edge attributes."""
    out = io.BytesIO()
    nx.write_graphml_xml(network, out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def as_gexf(network: nx.Graph[str]) -> bytes:
    """GEXF 1.2 with node and edge attributes; carries no clock, so that it is reproducible."""
    out = io.BytesIO()
    nx.write_gexf(network, out, encoding="utf-8", prettyprint=True, version="1.2draft")
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(
        line
        for line in lines
        if b"lastmodifieddate" not in line and b"</meta>" not in line and b"<creator>" not in line
    )


def as_csv(network: nx.Graph[str]) -> bytes:
    """An edge list with the header that Gephi knows (Source, Target, Type, Weight) and the labels."""
    kind = "Directed" if network.is_directed() else "Undirected"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["Source", "Target", "Type", "Weight", "SourceLabel", "TargetLabel", "Start", "End", "Layer"]
    )
    for a, b, edge in network.edges(data=True):
        labels = [network.nodes[node].get("label", node) for node in (a, b)]
        writer.writerow(
            [a, b, kind, edge["weight"], *labels, *(edge.get(name, "") for name in ("start", "end", "layer"))]
        )
    return out.getvalue().encode()


EXPORTS: dict[str, Callable[[nx.Graph[str]], bytes]] = {"graphml": as_graphml, "gexf": as_gexf, "csv": as_csv}
