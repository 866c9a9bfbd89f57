"""Derivation rules: SPARQL CONSTRUCT queries applied until nothing new follows."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from ..findings import WrongUsageError
from .local import read_query_text, syntax_message


def apply_rules(store: ox.Store, folder: Path, graph: str) -> int:
    """Add to the named graph all that the rules in a folder derive; return how many triples.

    What is asserted elsewhere is not derived again.
    """
    rules = [(path.name, read_query_text(path)) for path in sorted(folder.glob("*.rq"))]
    target = ox.NamedNode(graph)
    derived: set[ox.Triple] = set()
    while True:
        before = len(derived)
        for name, text in rules:
            new = {t for t in _construct(store, name, text) if t not in derived and not _holds(store, t)}
            store.extend(ox.Quad(t.subject, t.predicate, t.object, target) for t in new)
            derived |= new
        if len(derived) == before:
            return before


def _construct(store: ox.Store, name: str, text: str) -> ox.QueryTriples:
    try:
        answer = store.query(text, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise WrongUsageError(f"rule {name}: {syntax_message(text, str(error))}") from error
    if not isinstance(answer, ox.QueryTriples):
        raise WrongUsageError(f"rule {name} is not a CONSTRUCT query.")
    return answer


def _holds(store: ox.Store, triple: ox.Triple) -> bool:
    return any(True for _ in store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None))
