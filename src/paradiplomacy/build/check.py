"""Checking a dataset: its tables, their references, and the graph that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl
import pyoxigraph as ox

from .. import __version__
from ..dataset import Dataset
from ..findings import Finding, violations
from ..mapping import CellFinder, check_references, graph_iri, merged, nquads_by_table, shared
from ..ontology import defined_terms, read_ontology
from ..store import Change, Derivations, DerivedGraph, Snapshot, apply_rules, read_rules
from ..tables import ReadTable, check_tables, read_metadata, read_tables
from ..validation import Memory, ShapesGraph, to_findings, validate
from . import Progress


@dataclass
class Checked:
    """The outcome of checking a dataset: findings, and the graph in memory if the tables were sound."""

    findings: list[Finding] = field(default_factory=list)
    tables: list[ReadTable] = field(default_factory=list)
    store: ox.Store | None = None
    parts: list[bytes] = field(default_factory=list)
    """The graph as N-Quads: what the tables say, the ontology, what follows."""
    shared: bytes = b""
    derivations: Derivations | None = None
    memory: Memory = field(default_factory=Memory)

    @property
    def is_valid(self) -> bool:
        """Whether nothing stops a build."""
        return self.store is not None and not violations(self.findings)


def check(
    dataset: Dataset,
    engine: str = "auto",
    progress: Progress = lambda _: None,
    last: Snapshot | None = None,
    keep: Callable[[bytes], None] = lambda _: None,
) -> Checked:
    """Check tables, references and shapes; write nothing.

    Shapes are reached only if the tables are sound, since results about half a graph mislead; given
    the last snapshot, only those that the change since can affect are asked anew. ``keep`` is given
    the graph's N-Quads part by part, as soon as they are known.
    """
    with ThreadPoolExecutor(1) as reader:
        shapes = reader.submit(ShapesGraph.read, dataset.ontology)
        checked = _make_graph(dataset, progress, keep)
        if checked.store is not None:
            progress("validating")
            checked.memory = _recollect(last, b"".join(checked.parts), checked.store)
            results = validate(checked.store, shapes.result(), engine, checked.memory)
            checked.findings += to_findings(results, CellFinder(checked.tables), fallback="tables.json")
    return checked


def _make_graph(dataset: Dataset, progress: Progress, keep: Callable[[bytes], None]) -> Checked:
    """Read, check and map the tables, and derive; no store if the tables are not sound."""
    group = read_metadata(dataset.data)
    progress("reading the tables")
    tables, unreadable = read_tables(group)
    findings = unreadable + [finding for read in tables for finding in read.findings]
    is_complete = not any(finding.hides_rows for finding in findings)
    progress("mapping rows to triples")
    lines = nquads_by_table(group, tables)
    nquads = merged(lines)
    curated = _encoded(nquads)
    store = ox.Store()
    with ThreadPoolExecutor(1) as loader:  # while the tables are judged; in vain if they are not sound
        loaded = loader.submit(store.bulk_load, curated, format=ox.RdfFormat.N_QUADS)
        findings += check_tables(tables)
        ontology = read_ontology(dataset.ontology)
        if is_complete:
            unknown = check_references(group, tables, nquads, defined_terms(ontology))
            findings += _without_repeats(unknown, findings)
    if violations(findings):
        return Checked(findings, tables)
    loaded.result()
    keep(curated)
    terms = _in_graph(ontology, graph_iri(group, "ontology"))
    parts = [curated, canonical_nquads(terms)]
    keep(parts[1])
    store.extend(terms)  # not parsed again, which would give blank nodes other labels
    progress("deriving")
    derived = DerivedGraph(store, graph_iri(group, "derived"))
    derivations = apply_rules(derived, read_rules(dataset.ontology / "rules"))
    parts.append(derived.nquads())
    keep(parts[2])
    return Checked(findings, tables, store, parts, _encoded(shared(lines)), derivations)


def _encoded(lines: pl.Series) -> bytes:
    return f"{lines.str.join(chr(10)).item()}\n".encode() if len(lines) else b""


def _recollect(last: Snapshot | None, graph: bytes, store: ox.Store) -> Memory:
    """What this program's validation of the last snapshot found, for all that has not changed since."""
    if last is None or last.manifest().get("version") != __version__:
        return Memory()
    try:
        change = Change.between(last.nquads.read_bytes(), graph, store)
        return Memory.read(last.validation.read_bytes(), change)
    except OSError:
        return Memory()


def canonical_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Quads as sorted lines: the same graph gives the same bytes."""
    content = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert isinstance(content, bytes), "serialized to memory"
    return b"".join(sorted(content.splitlines(keepends=True)))


def _in_graph(triples: list[ox.Triple], graph: str) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph)) for t in triples]


def _without_repeats(new: list[Finding], old: list[Finding]) -> list[Finding]:
    """Leave out what a foreign key has already reported at the same cell."""
    reported = {(finding.place, finding.code) for finding in old}
    return [finding for finding in new if (finding.place, finding.code) not in reported]
