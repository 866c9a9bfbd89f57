"""Each rule has an example: what is given, and just what the rule alone derives from it.

``tests/rules/RULE.trig`` holds the named graphs ``…/examples/given`` and ``…/examples/derived``.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from paradiplomacy.dataset import find_dataset
from paradiplomacy.ontology import defined_terms, parse_turtle, read_ontology
from paradiplomacy.store import DerivedGraph, apply_rules, read_rules, rules

ONTOLOGY = find_dataset().ontology
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
NAMES = [path.stem for path in RULES]
FOLDER = Path(__file__).parent / "rules"
EXAMPLES = "https://w3id.org/paradiplomacy/examples/"
PD = "https://w3id.org/paradiplomacy/ontology#"
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
CLAIM_RULES = {"24-coinage", "24-compositions", "24-evidence", "24-idea-relations"}
CLAIM_CONTENT = {
    "https://schema.org/about",
    *(
        PD + name
        for name in (
            "claimant", "scopePlace", "factor", "effect", "mediator", "moderator", "effectSign",
            "effectWeight", "ascribedPattern", "wording", "comparedClaim", "compares", "studiedCase",
        )
    ),
}  # fmt: skip
"""What a claim says, or of whom; no rule may read it."""


@cache
def ontology() -> list[ox.Triple]:
    return read_ontology(ONTOLOGY)


def example(name: str, part: str) -> set[ox.Triple]:
    """A graph of an example, with numbers as a store writes them."""
    store = ox.Store()
    store.load(path=str(FOLDER / f"{name}.trig"), format=ox.RdfFormat.TRIG)
    assert {graph.value for graph in store.named_graphs()} == {EXAMPLES + "given", EXAMPLES + "derived"}
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(EXAMPLES + part))}


def given(names: Iterable[str]) -> set[ox.Triple]:
    """What is given in several examples together."""
    return set().union(*(example(name, "given") for name in names))


def individuals(triples: set[ox.Triple]) -> set[str]:
    """Nodes of an example that are no terms of the ontology."""
    nodes = {n.value for t in triples for n in (t.subject, t.object) if isinstance(n, ox.NamedNode)}
    return nodes - defined_terms(ontology())


def derive(names: Iterable[str], facts: set[ox.Triple], folder: Path) -> set[ox.Triple]:
    """What some rules, copied into a folder of their own, derive about the individuals of some facts."""
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(ONTOLOGY / "rules" / f"{name}.rq", folder)
    store = ox.Store()
    graph = ox.NamedNode(EXAMPLES + "given")
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in facts)
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in ontology())
    derived = ox.NamedNode(EXAMPLES + "derived")
    apply_rules(DerivedGraph(store, derived.value), read_rules(folder))
    nodes = individuals(facts)
    return {
        quad.triple
        for quad in store.quads_for_pattern(None, None, None, derived)
        if {getattr(quad.subject, "value", None), getattr(quad.object, "value", None)} & nodes
    }


@cache
def classes_below(iri: str) -> frozenset[str]:
    """A class and all classes below it."""
    found = {iri}
    while (
        more := {t.subject.value for t in ontology() if t.predicate == SUBCLASS and t.object.value in found}
        - found
    ):
        found |= more
    return frozenset(found)


def instances(facts: set[ox.Triple], name: str) -> set[str]:
    return {
        t.subject.value for t in facts if t.predicate == TYPE and t.object.value in classes_below(PD + name)
    }


def mentioned(text: str) -> set[str]:
    """IRIs that a query names by prefix or in full."""
    prefixes = dict(re.findall(r"PREFIX\s+([\w-]*):\s*<([^>]*)>", text))
    body = re.sub(r"(?m)^(#|PREFIX).*$", "", text)
    short = re.findall(r"(?<![\w:/<?-])([\w-]*):([\w-]+)", re.sub(r"<[^>]*>", "", body))
    return set(re.findall(r"<([^>]*)>", body)) | {prefixes[prefix] + local for prefix, local in short}


@pytest.mark.parametrize("path", RULES, ids=NAMES)
def test_header_is_complete(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for line, label in zip(lines, ("what", "why", "source"), strict=False):
        assert re.fullmatch(rf"# {label}: \S.*[.)\w]", line), line
    assert re.match(r"# source: (thesis|chapter|design|W3C|SKOS|OWL)\b", lines[2])
    assert not any(line.startswith("#") for line in lines[3:])


def test_names_are_numbered() -> None:
    for name in NAMES:
        assert re.fullmatch(r"\d\d-[a-z]+(-[a-z]+)*", name), name


def test_rules_run_in_the_order_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    construct = rules.Rule.construct

    def record(rule: rules.Rule, store: ox.Store) -> ox.QueryTriples:
        ran.append(rule.name)
        return construct(rule, store)

    monkeypatch.setattr(rules.Rule, "construct", record)
    apply_rules(DerivedGraph(ox.Store(), EXAMPLES + "derived"), read_rules(ONTOLOGY / "rules"))
    assert ran == [path.name for path in RULES]


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert [path.stem for path in sorted(FOLDER.iterdir())] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_rule_derives_just_what_its_example_says(name: str, tmp_path: Path) -> None:
    expected = example(name, "derived")
    assert expected
    assert not expected & example(name, "given")
    assert derive([name], example(name, "given"), tmp_path) == expected


@pytest.mark.parametrize("name", NAMES)
def test_examples_use_terms_of_the_ontology(name: str) -> None:
    known = defined_terms(ontology())
    for triple in example(name, "given") | example(name, "derived"):
        assert triple.predicate == TYPE or triple.predicate.value in known, triple
        assert triple.predicate != TYPE or triple.object.value in known, triple


def test_all_rules_together_reach_a_fixpoint(tmp_path: Path) -> None:
    facts = given(NAMES)
    derived = derive(NAMES, facts, tmp_path / "rules")
    assert derive(NAMES, facts | derived, tmp_path / "rules") == set()
    for name in NAMES:
        assert example(name, "derived") <= derived | facts, name


def test_the_rules_on_claims_are_known() -> None:
    terms = defined_terms(parse_turtle(ONTOLOGY / "modules" / "claims.ttl"))
    own = {t for t in terms if t.startswith(PD)}
    assert {p.stem for p in RULES if mentioned(p.read_text(encoding="utf-8")) & own} == CLAIM_RULES


@pytest.mark.parametrize("path", RULES, ids=NAMES)
def test_no_rule_reads_what_a_claim_says(path: Path) -> None:
    assert not mentioned(path.read_text(encoding="utf-8")) & CLAIM_CONTENT


def test_nothing_about_an_actor_follows_from_claims(tmp_path: Path) -> None:
    facts = given(CLAIM_RULES)
    actors, ideas = instances(facts, "Actor"), instances(facts, "Idea")
    assert actors
    by_claim_rules = derive(CLAIM_RULES, facts, tmp_path / "claims")
    assert {t.subject.value for t in by_claim_rules} <= ideas - actors
    about_actors = {t for t in by_claim_rules if getattr(t.object, "value", None) in actors}
    assert {t.predicate.value for t in about_actors} == {PD + "coinedBy"}
    by_all = derive(NAMES, facts, tmp_path / "all")
    assert {t.predicate.value for t in by_all if t.subject.value in actors} == {PD + "coined"}
