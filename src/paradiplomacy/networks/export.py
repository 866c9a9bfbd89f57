"""Networks as files that Gephi, R and UCINET open; the same network gives the same bytes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import Any

import networkx as nx

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GEXF_EDGE = {"start": "began", "end": "ended"}
"""GEXF reserves start and end for exact times, which the dates of sources need not be."""


def as_graphml(network: nx.Graph[str]) -> bytes:
    """GraphML with node and edge attributes."""
    out = io.BytesIO()
    nx.write_graphml_xml(_for_xml(network), out, encoding="utf-8", prettyprint=True)
    return out.getvalue()


def as_gexf(network: nx.Graph[str]) -> bytes:
    """GEXF 1.2 with node and edge attributes, start and end of a tie as ``began`` and ``ended``.

    It carries neither clock nor program version, so that it is reproducible.
    """
    out = io.BytesIO()
    nx.write_gexf(_for_xml(network, _GEXF_EDGE), out, encoding="utf-8", prettyprint=True, version="1.2draft")
    return re.sub(rb"\s*<meta\b.*?</meta>", b"", out.getvalue(), count=1, flags=re.DOTALL)


def as_csv(network: nx.Graph[str]) -> bytes:
    """An edge list with the header that Gephi knows (Source, Target, Type, Weight) and the labels."""
    kind = "Directed" if network.is_directed() else "Undirected"
    texts = ("start", "end", "layer", "tie")
    label = {node: attributes.get("label", "") for node, attributes in network.nodes(data=True)}
    rows = (
        [a, b, kind, edge.get("weight", 1.0), label[a], label[b], *(edge.get(name, "") for name in texts)]
        for a, b, edge in network.edges(data=True)
    )
    head = ["Source", "Target", "Type", "Weight", "SourceLabel", "TargetLabel", *map(str.title, texts)]
    return _csv(head, rows)


def as_node_list(network: nx.Graph[str]) -> bytes:
    """A node list that goes with the edge list: Id, Label, and every attribute that some node has."""
    names = {name: None for _, node in network.nodes(data=True) for name in node if name != "label"}
    rows = (
        [key, node.get("label", ""), *(node.get(name, "") for name in sorted(names))]
        for key, node in network.nodes(data=True)
    )
    return _csv(["Id", "Label", *sorted(names)], rows)


EXPORTS: dict[str, Callable[[nx.Graph[str]], bytes]] = {"graphml": as_graphml, "gexf": as_gexf, "csv": as_csv}


def _csv(head: list[str], rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def _for_xml(network: nx.Graph[str], edge_names: dict[str, str] | None = None) -> nx.Graph[str]:
    """A copy without the characters that XML cannot hold, its edge attributes renamed."""
    rename = edge_names or {}
    copy: nx.Graph[str] = network.__class__()
    copy.graph.update(_clean(network.graph))
    for node, attributes in network.nodes(data=True):
        copy.add_node(_text(node), **_clean(attributes))
    for a, b, edge in network.edges(data=True):
        named = {rename.get(name, name): value for name, value in edge.items()}
        copy.add_edge(_text(a), _text(b), **_clean(named))
    return copy


def _clean(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in attributes.items()}


def _text(value: Any) -> Any:
    return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
