"""Both engines give the same results: on the real graph, on mutated graphs, on every shape's violations."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paradiplomacy.build.check import canonical_nquads
from paradiplomacy.dataset import Dataset, find_dataset
from paradiplomacy.findings import Severity
from paradiplomacy.store import Change, current_snapshot
from paradiplomacy.validation import Memory, ShapesGraph, ValidationResult, plan, validate
from paradiplomacy.validation.memory import Results

SAMPLE = 80
"""Resources in a sample: the reference engine's time grows faster than the graph."""
PD = "https://w3id.org/paradiplomacy/ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return find_dataset()


@pytest.fixture(scope="module")
def shapes(dataset: Dataset) -> ShapesGraph:
    return ShapesGraph.read(dataset.ontology)


@pytest.fixture(scope="module")
def real(real_store: Path) -> list[ox.Quad]:
    snapshot = current_snapshot(real_store)
    assert snapshot is not None
    return sorted(snapshot.load().store, key=str)


@pytest.fixture(scope="module")
def sample(real: list[ox.Quad]) -> list[ox.Quad]:
    """The ontology, and everything about some of the resources: small enough for the reference engine."""
    choice = random.Random(7)
    subjects = sorted({str(q.subject) for q in real if "/graph/curated" in str(q.graph_name)})
    kept = set(choice.sample(subjects, SAMPLE))
    return [q for q in real if "/graph/ontology" in str(q.graph_name) or str(q.subject) in kept]


def identities(
    quads: list[ox.Quad], shapes: ShapesGraph, engine: str
) -> set[tuple[str, str | None, str | None, str]]:
    store = ox.Store()
    store.bulk_extend(quads)
    return {result.identity for result in validate(store, shapes, engine)}


def test_real_graph_is_valid(real: list[ox.Quad], shapes: ShapesGraph) -> None:
    """The reference engine takes a minute for the whole graph: `make bench` compares the two on it."""
    store = ox.Store()
    store.bulk_extend(real)
    assert {result.severity for result in validate(store, shapes)} <= {Severity.INFO}


def test_every_shape_is_decided_somewhere(shapes: ShapesGraph) -> None:
    planned = plan(shapes)
    names = {shape.name for shape in planned["store"] + planned["pyshacl"]}
    assert names == {shape.name for shape in shapes.shapes}
    assert len(planned["store"]) >= 20


def test_engines_agree_on_a_graph_full_of_violations(sample: list[ox.Quad], shapes: ShapesGraph) -> None:
    expected = identities(sample, shapes, "pyshacl")
    components = {component for *_, component in expected}
    assert {"minCount", "class"} <= components, "dropping most of the graph must break references"
    assert identities(sample, shapes, "auto") == expected


def _mutations(quads: list[ox.Quad], seed: int, count: int) -> list[ox.Quad]:
    """Drop, retarget, retype and double some statements at random."""
    choice = random.Random(seed)
    curated = [q for q in quads if "/graph/curated" in str(q.graph_name)]
    nodes = sorted({q.subject for q in curated}, key=str)
    changed = list(quads)
    for quad in choice.sample(curated, count):
        kind = choice.randrange(5)
        if kind != 4:
            changed.remove(quad)
        values: list[ox.NamedNode | ox.Literal] = [
            choice.choice(nodes),
            choice.choice([q.object for q in curated if q.predicate == quad.predicate]),
            ox.Literal(choice.choice(["", "x", "en only", "2020-13-45"]), language="en"),
            ox.Literal(choice.choice(["1850-01-01", "2090-12-31"]), datatype=ox.NamedNode(XSD + "date")),
            ox.Literal("7", datatype=ox.NamedNode(XSD + "integer")),
        ]
        if kind:
            changed.append(ox.Quad(quad.subject, quad.predicate, choice.choice(values), quad.graph_name))
    return changed


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_engines_agree_on_mutated_graphs(sample: list[ox.Quad], shapes: ShapesGraph, seed: int) -> None:
    mutated = _mutations(sample, seed, count=12)
    assert identities(mutated, shapes, "auto") == identities(mutated, shapes, "pyshacl")


def _results(quads: list[ox.Quad], shapes: ShapesGraph, memory: Memory) -> set[ValidationResult]:
    return set(validate(_store(quads), shapes, memory=memory))


def _store(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quads)
    return store


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), count=st.integers(0, 6))
def test_what_is_remembered_is_what_would_be_found(
    sample: list[ox.Quad], shapes: ShapesGraph, seed: int, count: int
) -> None:
    before = Memory()
    _results(sample, shapes, before)
    mutated = _mutations(sample, seed, count)
    change = Change.between(canonical_nquads(sample), canonical_nquads(mutated), _store(mutated))
    expected = _results(mutated, shapes, Memory())
    assert _results(mutated, shapes, Memory.read(before.write(), change)) == expected


def test_a_note_asks_few_queries_again(sample: list[ox.Quad], shapes: ShapesGraph) -> None:
    before = Memory()
    _results(sample, shapes, before)
    note = next(q for q in sample if q.predicate.value.endswith("core#note") and "/id/" in str(q.subject))
    edited = [q for q in sample if q != note]
    change = Change.between(canonical_nquads(sample), canonical_nquads(edited), _store(edited))
    asked: list[str] = []

    class Counting(Memory):
        def learn(self, query: str, constraint: str, results: Results) -> None:
            asked.append(query)
            super().learn(query, constraint, results)

    _results(edited, shapes, Counting.read(before.write(), change))
    assert 0 < len(asked) < 30


def test_a_damaged_memory_is_none(sample: list[ox.Quad], shapes: ShapesGraph) -> None:
    change = Change(set(), ox.Store())
    for text in ("", "[]", "{", b"\xff", '{"x": 1}', '{"x": [true, [{"focus": "y"}]]}'):
        assert _results(sample, shapes, Memory.read(text, change)) == _results(sample, shapes, Memory())


def test_ill_formed_dates_are_not_comparable(shapes: ShapesGraph) -> None:
    """SHACL 4.5.4: a pair that cannot be compared is a violation. pySHACL compares such dates as text."""
    node = ox.NamedNode("https://w3id.org/paradiplomacy/id/x")
    day, bad = ("1990-01-01", "not a day")
    quads = [
        ox.Quad(
            node, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), ox.NamedNode(PD + "Record")
        ),
        *(
            ox.Quad(node, ox.NamedNode(PD + name), ox.Literal(text, datatype=ox.NamedNode(XSD + "date")))
            for name, text in (("startEarliest", day), ("finishLatest", bad))
        ),
    ]
    for engine, reports in (("auto", True), ("pyshacl", False)):
        components = {component for *_, component in identities(quads, shapes, engine)}
        assert ("lessThanOrEquals" in components) == reports, engine
