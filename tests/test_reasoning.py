"""The ontology is OWL 2 DL and consistent, also with the data; the reasoner would say so if it were not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from fixtures import reduced_dataset
from paradiplomacy.cli import run
from paradiplomacy.dataset import find_dataset
from paradiplomacy.findings import EnvironmentFailureError
from paradiplomacy.ontology import read_ontology
from paradiplomacy.ontology.reasoning import reason

PD = "https://w3id.org/paradiplomacy/ontology#"
ID = "https://w3id.org/paradiplomacy/id/"
OWL = "http://www.w3.org/2002/07/owl#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="no Java runtime for HermiT")


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    return read_ontology(find_dataset().ontology)


def fact(subject: str, predicate: str, obj: str) -> ox.Triple:
    property_ = RDF_TYPE if predicate == "a" else ox.NamedNode(PD + predicate)
    return ox.Triple(
        ox.NamedNode(ID + subject), property_, ox.NamedNode((PD if predicate == "a" else ID) + obj)
    )


@needs_java
def test_ontology_alone_is_consistent_and_every_class_can_have_instances(ontology: list[ox.Triple]) -> None:
    outcome = reason(ontology)
    assert outcome.is_consistent
    assert outcome.unsatisfiable == []


@needs_java
def test_ontology_with_data_is_consistent(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With a part of them; `.ci/run` reasons over all."""
    data = reduced_dataset(tmp_path / "reduced").data
    assert run(["reason", "--data", str(data), "--store", str(tmp_path / "store")]) == 0
    assert "Consistent; 0 unsatisfiable classes." in capfd.readouterr().out


@needs_java
def test_a_contradiction_is_found(ontology: list[ox.Triple]) -> None:
    both = [fact("x", "a", "State"), fact("x", "a", "SubnationalGovernment")]
    assert not reason(ontology + both).is_consistent


@needs_java
def test_an_impossible_class_is_found(ontology: list[ox.Triple]) -> None:
    sub = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    impossible = ox.NamedNode(PD + "Impossible")
    triples = [
        ox.Triple(impossible, RDF_TYPE, ox.NamedNode(OWL + "Class")),
        ox.Triple(impossible, sub, ox.NamedNode(PD + "State")),
        ox.Triple(impossible, sub, ox.NamedNode(PD + "Tie")),
    ]
    assert reason(ontology + triples).unsatisfiable == [PD + "Impossible"]


@needs_java
def test_types_follow_from_roles(ontology: list[ox.Triple]) -> None:
    facts = [
        fact("t", "branch", "b"),
        *(ox.Triple(ox.NamedNode(ID + i), RDF_TYPE, ox.NamedNode(OWL + "NamedIndividual")) for i in "tb"),
    ]
    inferred = reason(ontology + facts).inferred_types
    assert (ID + "b", PD + "PeoplesOrganisation") in inferred
    assert (ID + "t", PD + "BranchTie") in inferred


def test_types_above_the_asserted_one_are_told(ontology: list[ox.Triple]) -> None:
    office = ox.Triple(ox.NamedNode(ID + "o"), RDF_TYPE, ox.NamedNode(PD + "ForeignAffairsOffice"))
    inferred = reason([*ontology, office]).inferred_types
    assert {(ID + "o", PD + name) for name in ("GovernmentOrgan", "Organ", "Actor", "Record")} <= set(
        inferred
    )
    assert (ID + "o", PD + "ForeignAffairsOffice") not in inferred


def test_without_java_the_remedy_is_named(ontology: list[ox.Triple], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EnvironmentFailureError, match="Install a Java runtime"):
        reason(ontology)


def test_ontology_keeps_to_owl_2_dl(ontology: list[ox.Triple]) -> None:
    """What can be told by syntax: one kind per term, declared terms only, no forbidden datatype."""
    kinds = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"}
    declared: dict[str, set[str]] = {}
    for t in ontology:
        if (
            t.predicate == RDF_TYPE
            and isinstance(t.object, ox.NamedNode)
            and isinstance(t.subject, ox.NamedNode)
        ):
            declared.setdefault(t.subject.value, set()).add(t.object.value.rsplit("#", 1)[-1])
    for iri, types in declared.items():
        assert len(types & kinds) <= 1, iri
    builtin = (
        "http://www.w3.org/2002/07/owl#",
        "http://www.w3.org/2000/01/rdf-schema#",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    )
    for t in ontology:
        assert t.predicate.value.startswith(builtin) or t.predicate.value in declared, t.predicate
    xsd = {
        t.object.value
        for t in ontology
        if isinstance(t.object, ox.NamedNode) and "XMLSchema#" in t.object.value
    }
    assert xsd <= {
        f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("string", "boolean", "decimal", "integer")
    }


def test_transitive_properties_are_simple_elsewhere(ontology: list[ox.Triple]) -> None:
    """OWL 2 DL: a transitive property is neither functional nor disjoint with another."""
    by_type: dict[str, set[str]] = {}
    for t in ontology:
        if (
            t.predicate == RDF_TYPE
            and isinstance(t.object, ox.NamedNode)
            and isinstance(t.subject, ox.NamedNode)
        ):
            by_type.setdefault(t.object.value.rsplit("#", 1)[-1], set()).add(t.subject.value)
    assert not by_type["TransitiveProperty"] & by_type.get("FunctionalProperty", set())


def _profile(triples: list[ox.Triple], tmp_path: Path) -> list[str]:
    """What the OWL API, which comes with HermiT, says of the OWL 2 DL profile."""
    import owlready2

    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    file = tmp_path / "ontology.rdf"
    file.write_bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    line = ["java", "-cp", str(jar), str(Path(__file__).parent / "OwlProfile.java"), str(file)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if "Module jdk.compiler" in done.stderr:
        pytest.skip("the Java runtime has no compiler, which the profile check needs")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_java
def test_owl_api_finds_the_ontology_in_owl_2_dl(ontology: list[ox.Triple], tmp_path: Path) -> None:
    *violations, counted = _profile(ontology, tmp_path)
    assert violations == []
    assert int(counted.split()[0]) > 500


@needs_java
def test_owl_api_finds_what_is_not_owl_2_dl(ontology: list[ox.Triple], tmp_path: Path) -> None:
    both = [ox.Triple(ox.NamedNode(PD + "organ"), RDF_TYPE, ox.NamedNode(OWL + "DatatypeProperty"))]
    assert len(_profile(ontology + both, tmp_path)) > 1
