"""The W3C SHACL test suite, used where it lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from paradiplomacy.findings import WrongUsageError
from paradiplomacy.validation import ENGINES, ShapesGraph, validate
from paradiplomacy.validation.paths import path_text

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "shacl"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

FILES = sorted(p for p in SUITE.rglob("*.ttl") if "mf:action" in p.read_text()) if SUITE.is_dir() else []

pytestmark = pytest.mark.skipif(
    not FILES, reason="the W3C SHACL suite is not beside the checkout (shared/suites/shacl)"
)


KNOWN_FAULTS = {
    ("uniqueLang-002", "pyshacl"): 'pySHACL takes "1"^^xsd:boolean for true',
    ("prefixes-001", "pyshacl"): "pySHACL does not follow owl:imports from sh:prefixes",
    ("shapesGraph-001", "pyshacl"): "pySHACL has no $shapesGraph (optional in the specification)",
    ("shapesGraph-001", "auto"): "left to pySHACL, which has no $shapesGraph (optional in the specification)",
}
"""Tests that an engine is known to fail, with the reason; one that passes after all is reported."""


def _load(path: Path) -> tuple[ShapesGraph, list[ox.Triple], list[ox.Triple]]:
    """The manifest entry of a file, its data and its shapes."""
    base = path.as_uri()
    triples = [q.triple for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base)]
    manifest = ShapesGraph(triples)
    action = next(t.object for t in triples if t.predicate.value == MF + "action")
    graphs = []
    for name in ("dataGraph", "shapesGraph"):
        node = manifest.one(action, ox.NamedNode(SHT + name))
        file = Path(node.value.removeprefix("file://"))
        graphs.append(
            [q.triple for q in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())]
        )
    return manifest, graphs[0], graphs[1]


def _expected(manifest: ShapesGraph) -> set[tuple[str, str | None, str | None, str]] | None:
    result = next(t.object for t in manifest.triples if t.predicate.value == MF + "result")
    if result == ox.NamedNode(SHT + "Failure"):
        return None
    return {_identity(manifest, node) for node in manifest.objects(result, "result")}


def _identity(graph: ShapesGraph, node: object) -> tuple[str, str | None, str | None, str]:
    path = graph.one(node, "resultPath")
    value = graph.one(node, "value")
    name = (
        graph.text(node, "sourceConstraintComponent").rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    )
    component = "sparql" if name == "SPARQL" else name[:1].lower() + name[1:]
    focus = graph.one(node, "focusNode")
    return str(focus), path_text(graph, path) if path is not None else None, _shown(value), component


def _shown(term: object) -> str | None:
    return None if term is None else "_:b" if isinstance(term, ox.BlankNode) else _canonical(str(term))


def _canonical(term: str) -> str:
    """The term as Oxigraph keeps it: numbers and booleans in their canonical form."""
    store = ox.Store()
    store.load(f"<x:s> <x:p> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    return str(next(iter(store)).object)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_suite(path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    if fault := KNOWN_FAULTS.get((path.stem, engine)):
        request.applymarker(pytest.mark.xfail(reason=fault, strict=True))
    manifest, data, shapes = _load(path)
    expected = _expected(manifest)
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in data)
    if expected is None:
        with pytest.raises(WrongUsageError):
            validate(store, ShapesGraph(shapes), engine)
        return
    got = {
        (
            r.focus,
            r.path,
            r.value and ("_:b" if r.value.startswith("_:") else _canonical(r.value)),
            r.component,
        )
        for r in validate(store, ShapesGraph(shapes), engine)
    }

    def plain(identity: tuple[str, str | None, str | None, str]) -> tuple[str, str | None, str | None, str]:
        return ("_:b" if identity[0].startswith("_:") else _canonical(identity[0]), *identity[1:])

    assert {plain(i) for i in got} == {plain(i) for i in expected}
