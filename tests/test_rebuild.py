"""Carrying a change into the last graph gives what a build anew gives, and gives up where it might not."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures import KEPT, Copy, duplicate, reduced_dataset
from paradiplomacy.build import build, rebuild
from paradiplomacy.build.check import canonical_nquads
from paradiplomacy.store import (
    Change,
    DerivedGraph,
    Snapshot,
    apply_rules,
    current_snapshot,
    read_rules,
    reads,
    update_derivations,
)
from paradiplomacy.store.lines import spliced
from paradiplomacy.store.rules import Rule


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return reduced_dataset(tmp_path_factory.mktemp("rebuild") / "sound")


@pytest.fixture(scope="module")
def store(sound: Copy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "store"
    assert build(sound.dataset, folder).is_valid
    return folder


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each build after another, whether the change was carried over."""
    outcomes: list[bool] = []
    carry_over = rebuild.rebuild

    def watched(*arguments: Any) -> dict[str, Any] | None:
        manifest = carry_over(*arguments)
        outcomes.append(manifest is not None)
        return manifest

    monkeypatch.setattr(rebuild, "rebuild", watched)
    return outcomes


def edit(copy: Copy, seed: int) -> None:
    """Change tables at random: cells emptied or filled with others of the column, rows dropped or moved."""
    choice = random.Random(seed)
    for _ in range(choice.randint(1, 3)):
        url = choice.choice([url for url in KEPT if len(copy.rows(url)) > 2])
        header, *body = copy.rows(url)
        row, column = choice.randrange(len(body)), choice.randrange(len(header))
        kind = choice.randrange(6)
        if kind == 0:
            del body[row]
        elif kind == 1:
            body.append(body.pop(row))
        elif kind == 2:
            body.append([f"{body[row][0]}-again", *body[row][1:]])
        elif kind == 3:
            body[row][column] = ""
        else:
            body[row][column] = choice.choice(body)[column]
        copy.write(url, [header, *body])


def content(snapshot: Snapshot | None) -> tuple[object, ...]:
    """All that a snapshot says, the store on disk included."""
    assert snapshot is not None
    stored = canonical_nquads(ox.Store.read_only(str(snapshot.oxigraph)))
    found = json.loads(snapshot.validation.read_bytes())
    return (
        snapshot.manifest(),
        snapshot.nquads.read_bytes(),
        [
            line for line in stored.splitlines() if b"/graph/ontology> ." not in line
        ],  # blank nodes have no fixed name
        {key: sorted(map(str, results)) for key, (_, results) in found.items() if results},
        snapshot.derivations.read_bytes(),
        snapshot.tables.read_bytes(),
        snapshot.shared.read_bytes(),
    )


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6))
def test_random_edits_give_what_a_build_anew_gives(
    sound: Copy, store: Path, tmp_path: Path, seed: int
) -> None:
    for folder in (tmp_path / "edited", tmp_path / "store", tmp_path / "anew"):
        shutil.rmtree(folder, ignore_errors=True)
    edited = duplicate(sound, tmp_path / "edited")
    shutil.copytree(store, tmp_path / "store")
    edit(edited, seed)
    after = build(edited.dataset, tmp_path / "store")
    anew = build(edited.dataset, tmp_path / "anew")
    assert (after.is_valid, after.manifest) == (anew.is_valid, anew.manifest)
    assert [str(f) for f in after.findings] == [str(f) for f in anew.findings]
    if anew.is_valid:
        assert content(current_snapshot(tmp_path / "store")) == content(current_snapshot(tmp_path / "anew"))


def test_sound_changes_are_carried_over(
    sound: Copy, store: Path, tmp_path: Path, carried: list[bool]
) -> None:
    edited = duplicate(sound, tmp_path / "edited")
    shutil.copytree(store, tmp_path / "store")
    tie = edited.first("ties/sister_cities.csv", "start")
    rows = edited.rows("ties/sister_cities.csv")
    other = next(row for row in rows[2:] if row[0] != rows[tie - 1][0])
    second = rows[0].index("government_2") if "government_2" in rows[0] else 3
    for cells in ({"note": "Seen twice."}, {"start": "1999"}, {rows[0][second]: other[second]}):
        edited.set("ties/sister_cities.csv", tie, **cells)
        assert build(edited.dataset, tmp_path / "store").is_valid
    build(edited.dataset, tmp_path / "anew")
    assert content(current_snapshot(tmp_path / "store")) == content(current_snapshot(tmp_path / "anew"))
    edited.write("ties/sister_cities.csv", [row for row in rows if row != rows[tie - 1]])
    assert build(edited.dataset, tmp_path / "store").is_valid
    assert carried == [True] * 4


@pytest.mark.parametrize(
    "damage", ["tables.json", "derivations.json", "validation.json", "shared.nq", "graph.nq"]
)
def test_damaged_notes_mean_a_build_anew(sound: Copy, store: Path, tmp_path: Path, damage: str) -> None:
    edited = duplicate(sound, tmp_path / "edited")
    shutil.copytree(store, tmp_path / "store")
    last = current_snapshot(tmp_path / "store")
    assert last is not None
    (last.folder / damage).write_bytes(b"\xff{" if damage != "shared.nq" else b"")
    edited.set("names.csv", 2, note="Seen.")
    built = build(edited.dataset, tmp_path / "store")
    assert built.is_valid
    snapshot = current_snapshot(tmp_path / "store")
    assert snapshot is not None
    assert snapshot.nquads.read_bytes().count(b"\n") == built.manifest["triples"]
    assert snapshot.nquads.read_bytes().count(b'"Seen."') == 1


@pytest.mark.parametrize("change", ["key", "file", "broken", "definitions"])
def test_what_is_not_surely_the_same_is_built_anew(
    sound: Copy, store: Path, tmp_path: Path, carried: list[bool], change: str
) -> None:
    edited = duplicate(sound, tmp_path / "edited")
    shutil.copytree(store, tmp_path / "store")
    if change == "key":  # in use elsewhere
        edited.set("sources.csv", 2, id="renamed")
    elif change == "file":
        (edited.data / "unknown.csv").write_text("id\n")
    elif change == "broken":
        edited.set("names.csv", 2, actor="nobody")
    else:
        edited.write_metadata(edited.metadata() | {"dc:title": "Another title"})
    anew = build(edited.dataset, tmp_path / "anew")
    after = build(edited.dataset, tmp_path / "store")
    assert (after.is_valid, after.manifest) == (anew.is_valid, anew.manifest)
    assert [str(f) for f in after.findings] == [str(f) for f in anew.findings]
    assert not any(carried)


def test_a_reference_that_no_foreign_key_guards_is_missed_too(
    sound: Copy, tmp_path: Path, carried: list[bool]
) -> None:
    edited = duplicate(sound, tmp_path / "edited")
    document = edited.metadata()
    for table in document["tables"]:
        table["tableSchema"].pop("foreignKeys", None)
    edited.write_metadata(document)
    assert build(edited.dataset, tmp_path / "store").is_valid
    rows = edited.rows("actors/governments.csv")
    named = {row[1] for row in edited.rows("names.csv")}
    gone = next(row for row in rows[1:] if row[0] in named)
    edited.write("actors/governments.csv", [row for row in rows if row != gone])
    after, anew = build(edited.dataset, tmp_path / "store"), build(edited.dataset, tmp_path / "anew")
    assert not anew.is_valid
    assert [str(f) for f in after.findings] == [str(f) for f in anew.findings]
    assert carried == [False]


@pytest.mark.parametrize("has_last", [False, True])
def test_what_is_saved_during_a_build_is_built(
    sound: Copy, store: Path, tmp_path: Path, has_last: bool
) -> None:
    edited = duplicate(sound, tmp_path / "edited")
    if has_last:
        shutil.copytree(store, tmp_path / "store")
    edited.set("names.csv", 2, note="Before.")
    times: list[str] = []

    def save(step: str) -> None:
        times.append(step)
        if len(times) == 1:
            edited.set("names.csv", 3, note="Meanwhile.")

    built = build(edited.dataset, tmp_path / "store", progress=save)
    assert built.manifest["digest"] == edited.dataset.digest()
    build(edited.dataset, tmp_path / "anew")
    assert content(current_snapshot(tmp_path / "store")) == content(current_snapshot(tmp_path / "anew"))


LINES = st.sets(st.text("ab\u00e9 ", max_size=3).map(lambda text: f"{text}\n".encode()), max_size=12)


@given(before=LINES, after=LINES)
def test_sorted_text_is_changed_in_place(before: set[bytes], after: set[bytes]) -> None:
    text = b"".join(sorted(before))
    assert spliced(text, before - after, after - before) == b"".join(sorted(after))


@given(before=LINES, line=LINES.filter(bool).map(min))
def test_what_does_not_fit_the_text_is_refused(before: set[bytes], line: bytes) -> None:
    text = b"".join(sorted(before))
    wrong = (set(), {line}) if line in before else ({line}, set())
    with pytest.raises(LookupError):
        spliced(text, *wrong)


# ---------------------------------------------------------------- rules after a change

RULES = {
    "1-both": "CONSTRUCT { ?b <x:near> ?a } WHERE { ?a <x:near> ?b }",
    "2-far": "CONSTRUCT { ?a <x:far> ?c } WHERE { ?a <x:near>+ ?c FILTER NOT EXISTS { ?a <x:near> ?c } }",
    "3-count": "CONSTRUCT { ?a <x:n> ?n } WHERE { SELECT ?a (COUNT(*) AS ?n) { ?a <x:far> ?b } GROUP BY ?a }",
    "4-role": "CONSTRUCT { ?a <x:plays> ?b } WHERE { ?p <x:isRole> <x:yes> . ?a ?p ?b }",
    "5-back": "CONSTRUCT { ?b <x:plays> ?a } WHERE { ?a <x:plays> ?b . ?b a <x:Close> }",
}
NODES = [ox.NamedNode(f"x:{i}") for i in range(5)]
TRIPLES = st.sets(
    st.one_of(
        st.builds(
            ox.Triple,
            st.sampled_from(NODES),
            st.sampled_from([ox.NamedNode(f"x:{p}") for p in ("near", "near", "lead", "far", "plays")]),
            st.sampled_from(NODES),
        ),
        st.builds(
            lambda node: ox.Triple(
                node,
                ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
                ox.NamedNode("x:Close"),
            ),
            st.sampled_from(NODES),
        ),
        st.just(ox.Triple(ox.NamedNode("x:lead"), ox.NamedNode("x:isRole"), ox.NamedNode("x:yes"))),
    ),
    max_size=9,
)


def asserted(triples: set[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("x:given")) for t in triples)
    return store


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TRIPLES, after=TRIPLES)
def test_rules_after_a_change_derive_what_they_derive_anew(
    tmp_path: Path, before: set[ox.Triple], after: set[ox.Triple]
) -> None:
    for name, text in RULES.items():
        (tmp_path / f"{name}.rq").write_text(text)
    rules = read_rules(tmp_path)
    derived = DerivedGraph(asserted(before), "x:derived")
    last = apply_rules(derived, rules)
    for t in before - after:
        derived.store.remove(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("x:given")))
    derived.store.extend(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("x:given")) for t in after - before
    )
    outcome = update_derivations(derived, last, lines(before - after), lines(after - before))
    anew = DerivedGraph(asserted(after), "x:derived")
    expected = apply_rules(anew, rules)
    if outcome is not None:  # else all rules must run
        assert outcome[0].lines == expected.lines
        assert derived.nquads() == anew.nquads()
        assert canonical_nquads(derived.store) == canonical_nquads(anew.store)


def lines(triples: set[ox.Triple]) -> set[bytes]:
    return {f"{t} .".encode() for t in triples}


def test_two_statements_do_not_keep_each_other_alive(tmp_path: Path) -> None:
    (tmp_path / "both.rq").write_text(RULES["1-both"])
    triple = ox.Triple(NODES[0], ox.NamedNode("x:near"), NODES[1])
    derived = DerivedGraph(asserted({triple}), "x:derived")
    last = apply_rules(derived, read_rules(tmp_path))
    derived.store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode("x:given")))
    outcome = update_derivations(derived, last, lines({triple}), set())
    assert outcome is not None
    assert len(derived.store) == 0


# ---------------------------------------------------------------- what queries read

TYPE = ("type", "", "")


@pytest.mark.parametrize("start", ["PREFIX p: <x:on> ", "PREFIX p: <x:> SELECT * { ?a p:\\-b ?c } #"])
def test_names_in_disguise_may_be_any(start: str) -> None:
    assert reads(f"{start} SELECT * {{ ?a p:e ?b }}") is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("?a <x:p> ?b", []),
        ("?a a <x:C>", []),
        ("?a a ?kind", [TYPE]),
        ("?a ?p ?b", None),
        ("?p <x:isRole> ?any . ?a ?p ?b", [("near", "x:isRole", "")]),
        ("?p <x:isRole> <x:yes> . ?a ?p ?b", [("to", "x:isRole", "x:yes")]),
        ("?a ?p ?b OPTIONAL { ?p <x:isRole> ?any }", None),
        ("?any <x:has> ?p FILTER NOT EXISTS { ?a ?p ?b }", [("near", "x:has", "")]),
        ("VALUES ?p { <x:p> } ?a ?p ?b", [("is", "x:p", "")]),
        ("{ ?p <x:q> ?r } UNION { ?r <x:s> ?p } ?a ?p ?b", [("near", "x:q", ""), ("near", "x:s", "")]),
        ("{ ?p <x:q> ?r } UNION { ?r <x:s> ?t } ?a ?p ?b", None),
        ("{ SELECT ?a { ?p <x:q> ?a } } ?a ?p ?b", None),
        ("?a <x:p>* ?b", None),
        ("?a <x:p>* <x:C>", []),
        ("?a <x:q> ?c . ?a <x:p>* ?b", []),
        ("?a a/<x:p>* <x:C>", [TYPE]),
        ("?a !<x:p> ?b", None),
        ("GRAPH ?g { ?a ?p ?b }", None),
    ],
)
def test_what_a_query_reads(pattern: str, expected: list[tuple[str, str, str]] | None) -> None:
    assert reads(f"SELECT * WHERE {{ {pattern} }}") == expected


@pytest.mark.parametrize(
    "pattern",
    [
        """FILTER (?x = '"') ?a ?p ?b FILTER (?y = '"')""",
        """FILTER (?x = \"\"\"a " b\"\"\") ?a ?p ?b FILTER (?y = "")""",
        """?a <x:p> ?x . # 5" wide\n ?a ?p ?b . FILTER (?y = "")""",
    ],
)
def test_quotation_marks_hide_nothing(pattern: str) -> None:
    assert reads(f"SELECT * WHERE {{ {pattern} }}") is None


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?a <x:new> ?n } WHERE { ?a <x:old> ?n }",
        "CONSTRUCT { ?a <x:new> ?n } { ?a <x:old> ?b { SELECT ?b (COUNT(*) AS ?n) WHERE { ?b <x:q> ?c } } }",
        "construct { ?a <x:new> ?n } where { ?a <x:old> ?n }",
    ],
)
def test_a_rule_is_reached_by_what_it_reads_and_not_by_what_it_derives(text: str) -> None:
    rule = Rule("rule", text)
    for predicate, is_reached in (("old", True), ("new", False)):
        change = Change({f'<x:a> <x:{predicate}> "1" .'.encode()}, ox.Store())
        assert change.affects(rule.condition, reads(rule.text)) == is_reached


def test_a_name_that_begins_like_another_is_another() -> None:
    change = Change({b'<x:a> <https://x.org/o#to> "1" .'}, ox.Store())
    assert change.affects("SELECT * { ?a o:to ?b }", [])
    assert change.affects("SELECT * { ?a <https://x.org/o#to> ?b }", [])
    assert not change.affects("SELECT * { ?a o:toRole ?b ; o:into ?c }", [])
