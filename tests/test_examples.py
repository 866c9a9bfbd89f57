"""Each shape has example records: conforming ones give no result, others just the one they are named for.

An example is a named graph of ``tests/examples/*.trig``:
``…/examples/SHAPE/conforms`` or ``…/examples/SHAPE/violates/COMPONENT``.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from paradiplomacy.dataset import find_dataset
from paradiplomacy.findings import Severity
from paradiplomacy.ontology import read_ontology
from paradiplomacy.ontology.reasoning import reason
from paradiplomacy.validation import ShapesGraph, plan, validate

FOLDER = Path(__file__).parent / "examples"
BASE = "https://w3id.org/paradiplomacy/examples/"


@cache
def examples() -> dict[str, list[ox.Triple]]:
    """Triples of each example, by what follows the base IRI."""
    found: dict[str, list[ox.Triple]] = {}
    for path in sorted(FOLDER.glob("*.trig")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
            assert isinstance(quad.graph_name, ox.NamedNode), (
                f"{path}: a triple outside of the example graphs"
            )
            found.setdefault(quad.graph_name.value.removeprefix(BASE), []).append(quad.triple)
    return found


@cache
def shapes() -> ShapesGraph:
    return ShapesGraph.read(find_dataset().ontology)


@cache
def ontology() -> list[ox.Triple]:
    return read_ontology(find_dataset().ontology)


def in_default_graph(triples: list[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(t.subject, t.predicate, t.object) for t in triples]


@cache
def hierarchy() -> list[ox.Quad]:
    """All that validation needs of the ontology: its hierarchies, and the structures of data sets."""
    cube = "http://purl.org/linked-data/cube#"
    roles = "https://w3id.org/paradiplomacy/ontology#toRole"
    needed = ("http://www.w3.org/2000/01/rdf-schema#sub", cube, roles)
    structures = {t.subject for t in ontology() if t.predicate.value.startswith(cube)}
    return in_default_graph(
        [t for t in ontology() if t.predicate.value.startswith(needed) or t.subject in structures]
    )


def results(name: str, engine: str) -> set[tuple[str, str]]:
    store = ox.Store()
    store.extend(hierarchy() + in_default_graph(examples()[name]))
    shape = name.split("/", maxsplit=1)[0]
    return {
        (result.shape, result.component)
        for result in validate(store, shapes(), engine)
        if result.severity is not Severity.INFO or result.shape == shape
    }


@pytest.mark.parametrize("name", sorted(examples()))
def test_example(name: str) -> None:
    shape, verdict, *component = name.split("/")
    assert verdict in ("conforms", "violates")
    expected = {(shape, component[0].split("-")[0])} if verdict == "violates" else set()
    assert results(name, "auto") == expected


@pytest.mark.parametrize("name", sorted(examples())[::61])
def test_reference_engine_says_the_same(name: str) -> None:
    assert results(name, "pyshacl") == results(name, "auto")


def test_every_shape_has_both_kinds_of_example() -> None:
    kinds = {tuple(name.split("/")[:2]) for name in examples()}
    for shape in shapes().shapes:
        assert (shape.name, "conforms") in kinds, shape.name
        assert (shape.name, "violates") in kinds, shape.name


def test_every_shape_is_decided_by_the_fast_engine() -> None:
    assert [shape.name for shape in plan(shapes())["pyshacl"]] == []


def test_every_constraint_speaks_to_a_curator() -> None:
    for shape in shapes().shapes:
        for constraint in shape.constraints:
            assert constraint.message, (shape.name, constraint.component)
            assert constraint.remedy, (shape.name, constraint.component)


@pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for HermiT")
def test_conforming_examples_are_consistent_with_the_ontology() -> None:
    conforming = [t for name, triples in examples().items() if name.endswith("/conforms") for t in triples]
    outcome = reason(ontology() + conforming)
    assert outcome.is_consistent
    assert outcome.unsatisfiable == []
