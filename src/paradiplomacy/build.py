"""From curated tables to a validated graph: the whole path, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from . import __version__
from .dataset import Dataset
from .findings import Finding, count_by_severity, violations
from .mapping import CellFinder, check_references, graph_iri, to_nquads
from .ontology import defined_terms, read_ontology
from .store import Draft, Snapshot, apply_rules, current_snapshot, up_to_date
from .tables import ReadTable, check_tables, read_metadata, read_tables
from .validation import Change, Memory, ShapesGraph, to_findings, validate

Progress = Callable[[str], None]

COUNTS = {
    "actors": "https://w3id.org/paradiplomacy/ontology#Actor",
    "ties": "https://w3id.org/paradiplomacy/ontology#Tie",
    "observations": "http://purl.org/linked-data/cube#Observation",
    "names": "http://www.w3.org/2008/05/skos-xl#Label",
    "citations": "https://w3id.org/paradiplomacy/ontology#Citation",
    "sources": "https://w3id.org/paradiplomacy/ontology#Source",
    "conflicts": "https://w3id.org/paradiplomacy/ontology#Conflict",
}
"""What a build counts: instances of a class, its subclasses included."""


@dataclass
class Checked:
    """The outcome of checking a dataset: findings, and the graph in memory if the tables were sound."""

    findings: list[Finding] = field(default_factory=list)
    store: ox.Store | None = None
    memory: Memory = field(default_factory=Memory)

    @property
    def is_valid(self) -> bool:
        """Whether nothing stops a build."""
        return self.store is not None and not violations(self.findings)


@dataclass
class Built:
    """The outcome of a build: findings, what the graph holds, and whether anything was written."""

    findings: list[Finding]
    manifest: dict[str, Any]
    is_valid: bool
    is_new: bool


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
    parts: list[bytes] = []

    def keep_part(nquads: bytes) -> None:
        parts.append(nquads)
        keep(nquads)

    with ThreadPoolExecutor(1) as reader:
        shapes = reader.submit(ShapesGraph.read, dataset.ontology)
        checked, tables = _make_graph(dataset, progress, keep_part)
        if checked.store is not None:
            progress("validating")
            checked.memory = _recollect(last, b"".join(parts))
            results = validate(checked.store, shapes.result(), engine, checked.memory)
            checked.findings += to_findings(results, CellFinder(tables), fallback="tables.json")
    return checked


def build(dataset: Dataset, store: Path, engine: str = "auto", progress: Progress = lambda _: None) -> Built:
    """Check the dataset and, if it is valid, make its graph the store's current snapshot.

    A build whose inputs have not changed does nothing; one of invalid data leaves the store as it was.
    """
    digest = dataset.digest()
    if same := up_to_date(store, digest):
        return Built([], same.manifest(), is_valid=True, is_new=False)
    with Draft(store) as draft:
        checked = check(dataset, engine, progress, current_snapshot(store), draft.add)
        if checked.store is None or not checked.is_valid:
            return Built(checked.findings, {}, is_valid=False, is_new=False)
        manifest = describe(checked.store, checked.findings)
        manifest |= {"digest": digest, "version": __version__}
        draft.commit(digest, manifest, checked.memory.write())
    return Built(checked.findings, manifest, is_valid=True, is_new=True)


def _make_graph(
    dataset: Dataset, progress: Progress, keep: Callable[[bytes], None]
) -> tuple[Checked, list[ReadTable]]:
    """Read, check and map the tables, and derive; no store if the tables are not sound."""
    group = read_metadata(dataset.data)
    progress("reading the tables")
    tables, unreadable = read_tables(group)
    findings = unreadable + [finding for read in tables for finding in read.findings]
    is_complete = not any(finding.hides_rows for finding in findings)
    progress("mapping rows to triples")
    nquads = to_nquads(group, tables)
    curated = f"{nquads.str.join(chr(10)).item()}\n".encode()
    store = ox.Store()
    with ThreadPoolExecutor(1) as loader:  # while the tables are judged; in vain if they are not sound
        loaded = loader.submit(store.bulk_load, curated, format=ox.RdfFormat.N_QUADS)
        findings += check_tables(tables)
        ontology = read_ontology(dataset.ontology)
        if is_complete:
            unknown = check_references(group, tables, nquads, defined_terms(ontology))
            findings += _without_repeats(unknown, findings)
    if violations(findings):
        return Checked(findings), tables
    loaded.result()
    keep(curated)
    terms = _in_graph(ontology, graph_iri(group, "ontology"))
    keep(canonical_nquads(terms))
    store.extend(terms)  # not parsed again, which would give blank nodes other labels
    progress("deriving")
    derived = graph_iri(group, "derived")
    apply_rules(store, dataset.ontology / "rules", derived)
    keep(canonical_nquads(store.quads_for_pattern(None, None, None, ox.NamedNode(derived))))
    return Checked(findings, store), tables


def _recollect(last: Snapshot | None, graph: bytes) -> Memory:
    """What this program's validation of the last snapshot found, for all that has not changed since."""
    if last is None or last.manifest().get("version") != __version__:
        return Memory()
    try:
        return Memory.read(last.validation.read_bytes(), Change(last.nquads.read_bytes(), graph))
    except OSError:
        return Memory()


def describe(store: ox.Store, findings: list[Finding]) -> dict[str, Any]:
    """Counts of quads per graph, of instances per class, and of findings per severity."""
    sizes = _select(store, "SELECT ?key (COUNT(*) AS ?n) { GRAPH ?key { ?s ?p ?o } } GROUP BY ?key")
    graphs = {iri.rsplit("/", 1)[-1]: size for iri, size in sorted(sizes.items())}
    return {
        "triples": sum(graphs.values()),
        "graphs": graphs,
        **{name: _count_instances(store, iri) for name, iri in COUNTS.items()},
        "findings": count_by_severity(findings),
    }


def canonical_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Quads as sorted lines: the same graph gives the same bytes."""
    content = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert isinstance(content, bytes), "serialized to memory"
    return b"".join(sorted(content.splitlines(keepends=True)))


def _count_instances(store: ox.Store, iri: str) -> int:
    subclasses = f"?kind <http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{iri}>"
    return sum(_select(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a ?kind . {subclasses} }}").values())


def _select(store: ox.Store, query: str) -> dict[str, int]:
    """Counts ``?n`` of an aggregate query, by ``?key`` if it has one."""
    answer = store.query(query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions), "a SELECT query has solutions"
    has_key = any(variable.value == "key" for variable in answer.variables)
    return {row["key"].value if has_key else "": int(row["n"].value) for row in answer}


def _in_graph(triples: list[ox.Triple], graph: str) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph)) for t in triples]


def _without_repeats(new: list[Finding], old: list[Finding]) -> list[Finding]:
    """Leave out what a foreign key has already reported at the same cell."""
    reported = {(finding.place, finding.code) for finding in old}
    return [finding for finding in new if (finding.place, finding.code) not in reported]
