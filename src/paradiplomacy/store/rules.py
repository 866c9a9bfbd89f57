"""Derivation rules: SPARQL CONSTRUCT queries applied until nothing new follows."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..findings import WrongUsageError


def apply_rules(store: ox.Store, folder: Path, graph: str) -> int:
    """Add to the named graph all that the rules in a folder derive; return how many triples.

    What is asserted elsewhere is not derived again.
    """
    rules = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq"))]
    target = ox.NamedNode(graph)
    total = 0
    while added := sum(_apply(store, name, text, target) for name, text in rules):
        total += added
    return total


def _apply(store: ox.Store, name: str, text: str, graph: ox.NamedNode) -> int:
    try:
        answer = store.query(text, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise WrongUsageError(f"rule {name}: {error}") from error
    if not isinstance(answer, ox.QueryTriples):
        raise WrongUsageError(f"rule {name} is not a CONSTRUCT query.")
    new = {t for t in answer if not any(store.quads_for_pattern(t.subject, t.predicate, t.object, None))}
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in new)
    return len(new)
