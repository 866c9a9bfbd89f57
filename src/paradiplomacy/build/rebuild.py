"""A build that only carries a change of tables into the last graph.

It never judges: wherever the outcome is not surely that of a whole build, or something is wrong, it
gives up, and the whole build does the work and says what is wrong. Time goes with the change and not
with the graph, but for the text of ``graph.nq``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ..dataset import Dataset
from ..findings import Severity, count_by_severity
from ..mapping import graph_iri, to_nquads
from ..store import (
    Change,
    Derivations,
    DerivedGraph,
    Draft,
    LoadedGraph,
    Snapshot,
    read_rules,
    update_derivations,
)
from ..store.lines import spliced
from ..store.reads import TYPE
from ..tables import ReadTable, TableGroup, check_tables, read_metadata, read_table
from ..validation import Memory, ShapesGraph, ValidationResult, validate
from . import Progress
from .manifest import COUNTS, count_instances, describe

Lines = set[bytes]
"""Lines of N-Quads, with line end."""
Quads = set[ox.Quad]


class _WholeBuildNeededError(Exception):
    """The change cannot simply be carried over."""


def rebuild(
    dataset: Dataset,
    store: Path,
    last: Snapshot,
    loading: Future[LoadedGraph],
    digest: str,
    progress: Progress,
) -> dict[str, Any] | None:
    """Make the next snapshot out of the last one; return its manifest, or None if that is not possible.

    Possible where the definitions are as they were, the changed tables are sound and none of their keys
    that other tables use is gone, and all that shapes find is for information.
    """
    progress("carrying the change into the last graph")
    try:
        with Draft(store, last) as draft:
            return _rebuild(dataset, last, loading, draft, digest)
    except (_WholeBuildNeededError, OSError, SyntaxError, ValueError, LookupError, TypeError):
        return None  # all but the first: what the last build kept is damaged


def _rebuild(
    dataset: Dataset, last: Snapshot, loading: Future[LoadedGraph], draft: Draft, digest: str
) -> dict[str, Any]:
    with ThreadPoolExecutor(1) as reader:
        shapes = reader.submit(ShapesGraph.read, dataset.ontology)
        group = read_metadata(dataset.data)
        tables = {table.url: (dataset.data / table.url).read_bytes() for table in group}
        removed, added = _difference(group, last, tables)
        before, loaded, shared = last.manifest(), loading.result(), last.shared.read_bytes()
        graph = loaded.store
        curated, ontology, derived = _parts(loaded.nquads, before["parts"])
        _ensure(removed.isdisjoint(shared.splitlines(keepends=True)))
        curated = spliced(curated, removed, added)  # gives up if a second table makes a line
        lost, gained = _carry_over(graph, removed, added)
        _ensure_resolved(graph, group, lost, gained)
        held = DerivedGraph(graph, graph_iri(group, "derived"), derived)
        derivations, change = _derive(held, dataset, last, lost, gained)
        parts = [curated, ontology, held.nquads()]
        draft.change(lost | held.lost, gained | held.gained, parts)
        memory = Memory.read(last.validation.read_bytes(), change)
        results = validate(graph, shapes.result(), memory=memory)
    _ensure(all(result.severity is Severity.INFO for result in results))
    sizes = Counter(before["graphs"]) + _by_graph(gained | held.gained)
    sizes.subtract(_by_graph(lost | held.lost))
    manifest = before | _describe(graph, before, change, sizes, results)
    manifest |= {"digest": digest, "parts": [len(part) for part in parts]}
    draft.keep(tables, memory.write(), derivations, shared)
    _ensure(dataset.digest() == digest)  # nobody has saved a file meanwhile
    draft.commit(digest, manifest)
    return manifest


def _ensure(is_fine: bool) -> None:
    if not is_fine:
        raise _WholeBuildNeededError


def _difference(group: TableGroup, last: Snapshot, tables: dict[str, bytes]) -> tuple[Lines, Lines]:
    """The lines that the tables no longer make, and those that they newly make.

    Gives up unless the tables that changed are sound, by themselves and with those that they refer to.
    """
    present = {path.relative_to(group.folder).as_posix() for path in group.folder.rglob("*.csv")}
    _ensure(present == tables.keys())
    last_tables = {url: text.encode() for url, text in json.loads(last.tables.read_bytes()).items()}
    changed = {
        table.url: (read_table(table, last_tables[table.url]), read_table(table, tables[table.url]))
        for table in group
        if tables[table.url] != last_tables[table.url]
    }
    _ensure_sound(group, changed, tables)
    before_lines = _lines(group, (before for before, _ in changed.values()))
    after_lines = _lines(group, (after for _, after in changed.values()))
    return before_lines - after_lines, after_lines - before_lines


def _ensure_sound(
    group: TableGroup, changed: dict[str, tuple[ReadTable, ReadTable]], tables: dict[str, bytes]
) -> None:
    for table in group:
        for key in table.foreign_keys:
            if key.table in changed:
                before, after = (set(read.frame[key.key]) for read in changed[key.table])
                _ensure(before <= after)
    judged = [after for _, after in changed.values()]
    used = {key.table for read in judged for key in read.table.foreign_keys} - changed.keys()
    judged += [read_table(group.table(url), tables[url]) for url in sorted(used)]
    _ensure(not any(read.findings for read in judged) and not check_tables(judged))


def _lines(group: TableGroup, tables: Iterable[ReadTable]) -> Lines:
    return {line.encode() + b"\n" for line in to_nquads(group, tables)}


def _parts(text: bytes, sizes: list[int]) -> list[bytes]:
    """The parts of ``graph.nq``, of which the sizes in bytes are known."""
    bounds = list(accumulate(sizes, initial=0))
    _ensure(bounds[-1] == len(text))
    return [text[start:end] for start, end in pairwise(bounds)]


def _carry_over(graph: ox.Store, removed: Lines, added: Lines) -> tuple[Quads, Quads]:
    """Remove and add quads; return those lost and gained, with literals as the store writes them."""
    old, new = _quads(removed), _quads(added)
    for quad in old - new:
        graph.remove(quad)
    graph.extend(new - old)
    return old - new, new - old


def _quads(lines: Lines) -> Quads:
    store = ox.Store()
    store.bulk_load(b"".join(lines), format=ox.RdfFormat.N_QUADS)
    return set(store)


def _ensure_resolved(graph: ox.Store, group: TableGroup, lost: Quads, gained: Quads) -> None:
    """Give up if a reference into the dataset may lead nowhere; what is derived is no answer."""
    rows = [ox.NamedNode(graph_iri(group, name)) for name in ("curated", "records")]
    terms = ox.NamedNode(graph_iri(group, "ontology"))
    for node in {quad.object for quad in gained}:
        if isinstance(node, ox.NamedNode) and node.value.startswith(group.iri):
            _ensure(
                any(_has_quads(graph, node, None, name) for name in rows)
                or any(graph.quads_for_pattern(node, ox.NamedNode(TYPE), None, terms))
            )
    for node in {quad.subject for quad in lost}:
        is_there = any(_has_quads(graph, node, None, name) for name in rows)
        _ensure(is_there or not any(_has_quads(graph, None, node, name) for name in rows))


def _has_quads(graph: ox.Store, subject: Any, value: Any, name: ox.NamedNode) -> bool:
    return next(graph.quads_for_pattern(subject, None, value, name), None) is not None


def _derive(
    held: DerivedGraph, dataset: Dataset, last: Snapshot, lost: Quads, gained: Quads
) -> tuple[bytes, Change]:
    """Bring the derived graph up to date; return what each rule derives, and all that changed."""
    rules, kept = read_rules(dataset.ontology / "rules"), last.derivations.read_bytes()
    known = Derivations.read(kept, rules)
    outcome = update_derivations(held, known, _triples(lost), _triples(gained))
    if outcome is None:
        raise _WholeBuildNeededError
    derivations, change = outcome
    return kept if derivations is known else derivations.write(), change


def _triples(quads: Quads) -> Lines:
    """As lines of N-Triples, without line end."""
    return {f"{ox.Triple(q.subject, q.predicate, q.object)} .".encode() for q in quads}


def _by_graph(quads: Quads) -> Counter[str]:
    return Counter(str(quad.graph_name).strip("<>").rsplit("/", 1)[-1] for quad in quads)


def _describe(
    graph: ox.Store,
    before: dict[str, Any],
    change: Change,
    sizes: Counter[str],
    results: Sequence[ValidationResult],
) -> dict[str, Any]:
    """The counts of the manifest; instances are counted again only where types changed."""
    has_types = any(TYPE.encode() in line for line in change.lines)
    instances = count_instances(graph) if has_types else {name: before[name] for name in COUNTS}
    return describe(dict(sorted(sizes.items())), instances, count_by_severity(results))
