"""Networks: what becomes of rows, measures against published values, exports read back, the real ones."""

from __future__ import annotations

import csv
import io
import itertools
import math
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paradiplomacy.api import KnowledgeGraph
from paradiplomacy.cli import run
from paradiplomacy.dataset import find_dataset
from paradiplomacy.findings import WrongUsageError
from paradiplomacy.networks import EXPORTS, MEASURES, Form, as_node_list, form_of, measure, project
from paradiplomacy.networks.projection import join
from paradiplomacy.networks.ties import Tie
from paradiplomacy.queries import read_query
from paradiplomacy.store import LocalGraph

DATA = find_dataset().data
REAL = ("administration", "mechanisms", "sister-cities")
PREFIXES = """
PREFIX id: <https://w3id.org/paradiplomacy/id/>
PREFIX pd: <https://w3id.org/paradiplomacy/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX vocab: <https://w3id.org/paradiplomacy/vocab/>
"""
WORLD = """
pd:State rdfs:subClassOf pd:Polity . pd:Polity rdfs:subClassOf pd:Actor .
pd:Government rdfs:subClassOf pd:Polity .
id:a a pd:Government, pd:Polity ; skos:prefLabel "Alpha"@en, "甲"@zh ; pd:country id:s ;
  pd:level <https://w3id.org/paradiplomacy/vocab/level/provincial> .
id:b a pd:Government ; skos:prefLabel "乙"@zh .
id:s a pd:State ; skos:prefLabel "Land"@en .
"""
Project = Callable[..., "nx.Graph[str]"]


@pytest.fixture
def projected(tmp_path: Path) -> Project:
    """Make a network of hand-written rows in a small world."""
    store = ox.Store()
    store.update(f"{PREFIXES} INSERT DATA {{ {WORLD} }}")

    def make(variables: str, rows: str, *header: str) -> nx.Graph[str]:
        names = " ".join(f"?{name}" for name in variables.split())
        head = "\n".join(f"#+ {line}" for line in ("summary: Test", "description: Test", *header))
        path = tmp_path / "test.rq"
        path.write_text(f"{head}\n{PREFIXES}SELECT {names} WHERE {{ VALUES ({names}) {{ {rows} }} }}")
        return project(read_query(path), LocalGraph(store))

    return make


def edges(network: nx.Graph[str]) -> list[tuple[str, str, float]]:
    return [(a, b, edge["weight"]) for a, b, edge in network.edges(data=True)]


# ---------------------------------------------------------------- projection


def test_parallel_ties_become_one_edge_that_names_all_layers(projected: Project) -> None:
    rows = '(id:a id:b "x" "1990") (id:a id:b "y" "1985") (id:a id:b "x" UNDEF)'
    network = projected("source target layer start", rows, "directed: true")
    assert list(network.edges(data=True)) == [
        ("id:a", "id:b", {"weight": 3.0, "start": "1985; 1990", "layer": "x; y"})
    ]


def test_direction_matters_only_in_a_directed_network(projected: Project) -> None:
    rows = "(id:a id:b) (id:b id:a) (id:b id:c)"
    assert edges(projected("source target", rows)) == [("id:a", "id:b", 1.0), ("id:b", "id:c", 1.0)]
    directed = projected("source target", rows, "directed: true")
    assert edges(directed) == [("id:a", "id:b", 1.0), ("id:b", "id:a", 1.0), ("id:b", "id:c", 1.0)]


def test_mirrored_rows_are_paired_off_but_real_parallels_stay(projected: Project) -> None:
    rows = "(id:a id:b 1990) (id:b id:a 1990) (id:a id:b 1990) (id:b id:a 1990) (id:b id:a 1995)"
    assert edges(projected("source target start", rows)) == [("id:a", "id:b", 3.0)]


def test_rows_of_one_named_tie_count_once(projected: Project) -> None:
    rows = '(id:a id:b id:t1 "1990") (id:b id:a id:t1 "1991") (id:b id:a id:t2 "1990")'
    network = projected("source target tie start", rows)
    edge = network.edges["id:a", "id:b"]
    assert edge == {"weight": 2.0, "start": "1990; 1991", "tie": "id:t1; id:t2"}
    assert edges(projected("source target tie start", rows, "directed: true")) == [
        ("id:a", "id:b", 1.0),
        ("id:b", "id:a", 2.0),
    ]


def test_weights_are_numbers_of_any_type_and_one_if_unbound(projected: Project) -> None:
    rows = "(id:a id:b 2) (id:a id:b 0.5) (id:a id:b 1e1) (id:a id:b UNDEF)"
    assert edges(projected("source target weight", rows)) == [("id:a", "id:b", 13.5)]


def test_a_loop_is_one_edge(projected: Project) -> None:
    assert edges(projected("source target", "(id:a id:a)")) == [("id:a", "id:a", 1.0)]


def test_nodes_carry_what_the_graph_knows(projected: Project) -> None:
    network = projected("source target", "(id:s id:b) (id:a id:unknown)")
    assert list(network.nodes(data=True)) == [
        ("id:a", {"label": "Alpha", "label_zh": "甲", "kind": "Government", "country": "s",
                  "level": "provincial"}),
        ("id:b", {"label": "乙", "label_zh": "乙", "kind": "Government"}),
        ("id:s", {"label": "Land", "kind": "State"}),
        ("id:unknown", {"label": "id:unknown"}),
    ]  # fmt: skip


def test_in_two_modes_what_is_source_and_target_stands_on_either_side(projected: Project) -> None:
    network = projected("source target", "(id:s id:a) (id:a id:b) (id:s id:b)", "two_mode: true")
    assert not network.is_directed()
    assert dict(network.nodes(data="bipartite")) == {"id:a": 0, "id:s": 0, "id:a (target)": 1, "id:b": 1}
    assert edges(network) == [("id:a", "id:b", 1.0), ("id:s", "id:a (target)", 1.0), ("id:s", "id:b", 1.0)]
    assert network.nodes["id:a (target)"]["label"] == "Alpha"
    assert nx.is_bipartite(network)


def test_a_two_mode_network_does_not_pair_off_mirrors(projected: Project) -> None:
    network = projected("source target", "(id:a id:b) (id:b id:a)", "two_mode: true")
    assert edges(network) == [("id:a", "id:b (target)", 1.0), ("id:b", "id:a (target)", 1.0)]


def test_no_rows_are_an_empty_network(projected: Project) -> None:
    network = projected("source target", "", "two_mode: true")
    assert len(network) == 0
    assert measure(network) == []
    assert as_node_list(network) == b"Id,Label\n"


@pytest.mark.parametrize(
    ("variables", "rows", "header", "message"),
    [
        ("source", "(id:a)", (), "it lacks ?target"),
        ("x y", "(id:a id:b)", (), "it lacks ?source and ?target"),
        ("source target", "(id:a UNDEF)", (), "leaves ?source or ?target unbound"),
        ("source target weight", '(id:a id:b "much")', (), "?weight is a positive number, not 'much'"),
        ("source target weight", "(id:a id:b id:c)", (), "?weight is a positive number, not 'id:c'"),
        ("source target weight", "(id:a id:b 0)", (), "?weight is a positive number, not '0'"),
        ("source target weight", '(id:a id:b "nan"^^xsd:double)', (), "?weight is a positive number"),
        ("source target", "(id:a id:b)", ("directed: sometimes",), "directed in the header is true or false"),
        ("source target", "(id:a id:b)", ("two_mode: 1",), "two_mode in the header is true or false, not 1"),
    ],
)
def test_what_is_no_network_is_told_with_its_file(
    projected: Project, variables: str, rows: str, header: tuple[str, ...], message: str
) -> None:
    rows = rows.replace("xsd:double", "<http://www.w3.org/2001/XMLSchema#double>")
    with pytest.raises(WrongUsageError) as caught:
        projected(variables, rows, *header)
    assert message in str(caught.value)
    assert "test.rq" in str(caught.value)
    assert caught.value.exit_code == 2


names = st.sampled_from([f"id:{letter}" for letter in "abcdef"])
ties = st.lists(
    st.builds(
        Tie,
        names,
        names,
        st.sampled_from([1.0, 0.1, 2.5]),
        st.tuples(st.sampled_from(["", "1990"]), st.just(""), st.sampled_from(["", "x"]), st.just("")),
    ),
    max_size=20,
)
forms = st.builds(Form, st.booleans(), st.booleans())


@given(ties, forms, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Tie], form: Form, chance: random.Random) -> None:
    shuffled = chance.sample(rows, len(rows))
    assert [e(join(rows, form)) for e in EXPORTS.values()] == [
        e(join(shuffled, form)) for e in EXPORTS.values()
    ]


@given(ties)
def test_giving_every_tie_from_both_ends_changes_nothing(rows: list[Tie]) -> None:
    one_way = [min(tie, tie.turned()) for tie in rows]
    both = [*one_way, *(tie.turned() for tie in one_way if tie.source != tie.target)]
    assert EXPORTS["csv"](join(one_way, Form())) == EXPORTS["csv"](join(both, Form()))


# ---------------------------------------------------------------- measures


def scores(network: nx.Graph[Any], name: str) -> dict[Any, float]:
    return {row["node"]: row[name] for row in measure(network, [name])}


def karate() -> nx.Graph[Any]:
    """Zachary's club without the weights, members numbered from 1 as in the paper."""
    return nx.Graph((a + 1, b + 1) for a, b in nx.karate_club_graph().edges)


def kite() -> nx.Graph[Any]:
    """Krackhardt's kite with the names of the paper."""
    people = ["Andre", "Beverley", "Carol", "Diane", "Ed", "Fernando", "Garth", "Heather", "Ike", "Jane"]
    return nx.relabel_nodes(nx.krackhardt_kite_graph(), dict(enumerate(people)))


def eleven_pages() -> nx.Graph[Any]:
    """The example of most introductions to PageRank; A has no link out."""
    links = "BC CB DA DB EB ED EF FB FE GB GE HB HE IB IE JE KE"
    return nx.DiGraph((source, target) for source, target in links.split())


@pytest.mark.parametrize(
    ("make", "name", "published"),
    [
        (karate, "degree", {34: 17, 1: 16, 33: 12, 3: 10, 2: 9, 12: 1}),
        (karate, "betweenness", {1: 0.438, 34: 0.304, 33: 0.145, 3: 0.144, 32: 0.138}),
        (karate, "closeness", {1: 0.569, 3: 0.559, 34: 0.550}),
        (karate, "eigenvector", {34: 0.373, 1: 0.355, 3: 0.317, 33: 0.309}),
        (nx.florentine_families_graph, "degree", {"Medici": 6, "Guadagni": 4, "Strozzi": 4, "Pazzi": 1}),
        (nx.florentine_families_graph, "betweenness", {"Medici": 0.522, "Guadagni": 0.255, "Strozzi": 0.103}),
        (nx.florentine_families_graph, "closeness", {"Medici": 0.560, "Ridolfi": 0.500}),
        (nx.florentine_families_graph, "eigenvector", {"Medici": 0.430, "Strozzi": 0.356}),
        (kite, "degree", {"Diane": 6, "Fernando": 5, "Garth": 5, "Jane": 1}),
        (kite, "betweenness", {"Heather": 0.389, "Fernando": 0.231, "Garth": 0.231, "Ike": 0.222}),
        (kite, "closeness", {"Fernando": 0.643, "Garth": 0.643, "Diane": 0.600, "Heather": 0.600}),
        (eleven_pages, "pagerank",
         {"B": 0.384, "C": 0.343, "E": 0.081, "D": 0.039, "F": 0.039, "A": 0.033, "G": 0.016, "K": 0.016}),
    ],
)  # fmt: skip
def test_published_values(make: Callable[[], Any], name: str, published: dict[Any, float]) -> None:
    found = scores(make(), name)
    assert {node: round(found[node], 3) for node in published} == pytest.approx(published, abs=0.001)


def test_closeness_is_corrected_for_networks_in_parts() -> None:
    """A pair beside a triangle: 1/4 and 2/4 of the others are within reach, each at distance 1."""
    network = nx.Graph(["ab", "cd", "de", "ce"])
    assert scores(network, "closeness") == pytest.approx(
        {"a": 1 / 4, "b": 1 / 4, "c": 1 / 2, "d": 1 / 2, "e": 1 / 2}
    )


def test_closeness_of_a_directed_network_counts_who_reaches_a_node() -> None:
    assert scores(nx.DiGraph(["ab", "bc"]), "closeness") == pytest.approx({"a": 0, "b": 1 / 2, "c": 2 / 3})


def test_pagerank_follows_weights() -> None:
    network = nx.DiGraph()
    network.add_weighted_edges_from([("a", "b", 3.0), ("a", "c", 1.0), ("b", "a", 1.0), ("c", "a", 1.0)])
    found = scores(network, "pagerank")
    assert found["b"] == pytest.approx(0.05 + 0.85 * found["a"] * 3 / 4)
    assert found["c"] == pytest.approx(0.05 + 0.85 * found["a"] / 4)


@pytest.mark.parametrize("size", [40, 600])
def test_eigenvector_where_power_iteration_gives_up(size: int) -> None:
    """A path: sin(pi i / (n+1)) by theory; its two greatest eigenvalues are so close that networkx fails."""
    path = nx.path_graph(size)
    if size > 100:
        with pytest.raises(nx.PowerIterationFailedConvergence):
            nx.eigenvector_centrality(path, max_iter=1000, tol=1e-9)
    theory = {i: math.sin(math.pi * (i + 1) / (size + 1)) * math.sqrt(2 / (size + 1)) for i in range(size)}
    assert scores(path, "eigenvector") == pytest.approx(theory, abs=1e-7)


def test_eigenvector_of_a_network_in_parts_lets_the_densest_part_prevail() -> None:
    beside = nx.disjoint_union(nx.complete_graph(4), nx.path_graph(9))
    assert scores(beside, "eigenvector") == pytest.approx({i: 0.5 if i < 4 else 0 for i in range(13)})
    equal = nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(5))
    assert list(scores(equal, "eigenvector").values()) == pytest.approx([8**-0.5] * 8)


HARD = {
    "one node": nx.empty_graph(1),
    "no edges": nx.empty_graph(3),
    "one edge": nx.path_graph(2),
    "loop": nx.Graph([(0, 0), (0, 1)]),
    "star, two-mode": nx.star_graph(5),
    "complete two-mode": nx.complete_bipartite_graph(3, 4),
    "acyclic directed": nx.DiGraph([(0, 1), (0, 2), (1, 3), (2, 3)]),
    "directed cycle": nx.cycle_graph(4, create_using=nx.DiGraph),
    "in parts, directed": nx.DiGraph([(0, 1), (1, 0), (2, 3)]),
    "parallel edges": nx.MultiDiGraph([(0, 1), (0, 1), (1, 2)]),
}


@pytest.mark.parametrize("network", HARD.values(), ids=HARD)
@pytest.mark.parametrize("name", MEASURES)
def test_no_network_is_too_odd(network: nx.Graph[Any], name: str) -> None:
    found = scores(network, name)
    assert set(found) == set(network)
    assert all(math.isfinite(score) and score >= 0 for score in found.values())


@st.composite
def networks(draw: st.DrawFn) -> nx.Graph[int]:
    size = draw(st.integers(1, 8))
    pairs = draw(st.sets(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=20))
    network: nx.Graph[int] = nx.DiGraph() if draw(st.booleans()) else nx.Graph()
    network.add_nodes_from(range(size))
    network.add_edges_from((a, b, {"weight": draw(st.sampled_from([1.0, 2.0, 0.5]))}) for a, b in pairs)
    return network


@settings(deadline=None)
@given(networks(), st.randoms(), st.sampled_from(sorted(MEASURES)))
def test_names_do_not_matter(network: nx.Graph[int], chance: random.Random, name: str) -> None:
    new = dict(zip(network, chance.sample(range(100, 200), len(network)), strict=True))
    renamed = network.__class__()
    renamed.add_nodes_from(chance.sample(list(new.values()), len(new)))
    renamed.add_edges_from((new[a], new[b], edge) for a, b, edge in network.edges(data=True))
    expected = {new[node]: score for node, score in scores(network, name).items()}
    assert scores(renamed, name) == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(networks())
def test_eigenvector_is_what_power_iteration_converges_to(network: nx.Graph[int]) -> None:
    try:
        oracle = nx.eigenvector_centrality(nx.Graph(network), max_iter=10_000, tol=1e-12)
    except nx.PowerIterationFailedConvergence:
        return
    assert scores(network, "eigenvector") == pytest.approx(oracle, abs=1e-6)


def test_rows_are_sorted_by_the_first_measure_then_by_name() -> None:
    rows = measure(nx.Graph(["ba", "bc", "bd"]), ["degree", "closeness"])
    assert [row["node"] for row in rows] == ["b", "a", "c", "d"]
    assert list(rows[0]) == ["node", "label", "degree", "closeness"]


def test_an_unknown_measure_is_told_with_a_suggestion() -> None:
    with pytest.raises(WrongUsageError, match="Did you mean betweenness"):
        measure(nx.path_graph(2), ["betweeness"])
    with pytest.raises(WrongUsageError, match=f"There are: {', '.join(MEASURES)}"):
        measure(nx.path_graph(2), ["zzz"])


@pytest.mark.parametrize("compute", MEASURES.values(), ids=MEASURES)
def test_every_measure_names_its_source(compute: Callable[..., Any]) -> None:
    assert "Source: " in (compute.__doc__ or "")


# ---------------------------------------------------------------- exports


def awkward() -> nx.Graph[str]:
    """Names that break careless writers: markup, quotes, line ends, control characters, the words we cut."""
    texts = ("1990~", "192X", 'a; "b", <c> & d', "id:t")
    ties = [Tie("id:a", "id:b", 1.5, texts), Tie("id:b", "id:c", 2.0, ("", "", "</meta>", ""))]
    network = join(ties, Form())
    labels = ['<meta lastmodifieddate="x">&', 'quote " comma, \n line', "bell \x07 冰岛 𠮷"]
    nx.set_node_attributes(network, dict(zip(network, labels, strict=True)), "label")
    return network


def weighted(network: nx.Graph[str]) -> dict[frozenset[str] | tuple[str, str], float]:
    ends: Callable[..., Any] = tuple if network.is_directed() else frozenset
    return {ends((a, b)): float(edge["weight"]) for a, b, edge in network.edges(data=True)}


def from_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def real(graph: KnowledgeGraph) -> list[nx.Graph[str]]:
    return [graph.network(name) for name in REAL]


def test_graphml_is_read_back(graph: KnowledgeGraph) -> None:
    for network in [*real(graph), awkward()]:
        back = nx.read_graphml(io.BytesIO(EXPORTS["graphml"](network)))
        assert back.is_directed() == network.is_directed()
        assert weighted(back) == weighted(network)
        if "name" in network.graph:
            assert dict(back.nodes(data=True)) == dict(network.nodes(data=True))
            assert [e for *_, e in back.edges(data=True)] == [e for *_, e in network.edges(data=True)]


def test_gexf_is_read_back(graph: KnowledgeGraph) -> None:
    for network in [*real(graph), awkward()]:
        content = EXPORTS["gexf"](network)
        back = nx.read_gexf(io.BytesIO(content))
        assert b'mode="static"' in content
        assert b"dynamic" not in content
        assert back.is_directed() == network.is_directed()
        assert weighted(back) == weighted(network)
        dates = nx.get_edge_attributes(network, "start").values()
        assert Counter(nx.get_edge_attributes(back, "began").values()) == Counter(dates)
        if "name" in network.graph:
            assert dict(back.nodes(data="label")) == dict(network.nodes(data="label"))


def test_xml_replaces_only_what_xml_cannot_hold() -> None:
    labels = dict(awkward().nodes(data="label")) | {"id:c": "bell \ufffd 冰岛 𠮷"}
    assert dict(nx.read_graphml(io.BytesIO(EXPORTS["graphml"](awkward()))).nodes(data="label")) == labels
    assert dict(nx.read_gexf(io.BytesIO(EXPORTS["gexf"](awkward()))).nodes(data="label")) == labels


def test_gexf_has_no_clock_and_no_version() -> None:
    content = EXPORTS["gexf"](nx.path_graph(2))
    assert b"<meta" not in content
    assert nx.__version__.encode() not in content


def test_csv_is_read_back(graph: KnowledgeGraph) -> None:
    for network in [*real(graph), awkward()]:
        ends: Callable[..., Any] = tuple if network.is_directed() else frozenset
        rows, nodes = from_csv(EXPORTS["csv"](network)), from_csv(as_node_list(network))
        assert {ends((row["Source"], row["Target"])): float(row["Weight"]) for row in rows} == weighted(
            network
        )
        assert {row["Id"]: row["Label"] for row in nodes} == dict(network.nodes(data="label"))
        assert {row["Type"] for row in rows} == {"Directed" if network.is_directed() else "Undirected"}
        assert [row["Layer"] for row in rows] == [e.get("layer", "") for *_, e in network.edges(data=True)]


def test_any_networkx_graph_can_be_exported() -> None:
    for export in (*EXPORTS.values(), as_node_list):
        assert export(nx.relabel_nodes(nx.path_graph(3), str))


def test_exports_are_byte_identical_over_runs_and_hash_seeds(graph: KnowledgeGraph, tmp_path: Path) -> None:
    script = (
        "import sys, networkx as nx; from paradiplomacy.networks import EXPORTS, measure\n"
        "for network in map(nx.read_graphml, sys.argv[1:]):\n"
        "    print([export(network) for export in EXPORTS.values()], measure(network))"
    )
    paths = [tmp_path / name for name in REAL]
    for path, network in zip(paths, real(graph), strict=True):
        path.write_bytes(EXPORTS["graphml"](network))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, *paths],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1


def test_a_network_asked_twice_is_exported_alike(graph: KnowledgeGraph) -> None:
    for first, second in zip(real(graph), real(graph), strict=True):
        for export in (*EXPORTS.values(), as_node_list):
            assert export(first) == export(second)


# ---------------------------------------------------------------- the real networks


def table(name: str) -> list[dict[str, str]]:
    with (DATA / "ties" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            row for row in csv.DictReader(file) if row["status"] != "planned" and row["id"] not in rejected()
        ]


def rejected() -> set[str]:
    """Records of a conflict in which the curators prefer another."""
    with (DATA / "conflicts.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["preferred"]]
    return {record for row in rows for record in row["records"].split(";")} - {
        row["preferred"] for row in rows
    }


def test_forms(graph: KnowledgeGraph) -> None:
    found = {name: form_of(query).name for name, query in graph.networks().items()}
    assert found == {"administration": "directed", "mechanisms": "two-mode", "sister-cities": "undirected"}


@pytest.mark.parametrize("name", REAL)
def test_every_node_is_a_labelled_actor(graph: KnowledgeGraph, name: str) -> None:
    for node, attributes in graph.network(name).nodes(data=True):
        assert attributes["label"] != node
        assert attributes["kind"].isidentifier()


@pytest.mark.parametrize("name", REAL)
def test_ties_can_be_traced_to_their_rows(graph: KnowledgeGraph, name: str) -> None:
    urls = {"administration": ("authority", "organs", "branches"), "mechanisms": ("involvement",)}
    rows = [row for url in urls.get(name, ("sister_cities",)) for row in table(url)]
    expected = {f"id:{row['id']}" for row in rows if row.get("class") != "Affiliation"}
    named = [edge["tie"].split("; ") for *_, edge in graph.network(name).edges(data=True)]
    assert Counter(itertools.chain(*named)) == Counter(expected)
    assert [float(len(ids)) for ids in named] == [
        e["weight"] for *_, e in graph.network(name).edges(data=True)
    ]


@pytest.mark.parametrize("place", ["cn-zhejiang", "cn-yunnan", "cn-guangzhou", "jp-kobe"])
def test_degree_is_the_number_of_sister_cities(graph: KnowledgeGraph, place: str) -> None:
    rows = [row for row in table("sister_cities") if place in (row["a"], row["b"])]
    assert scores(graph.network("sister-cities"), "degree")[f"id:{place}"] == len(rows) > 0


def test_sister_cities_keep_the_precision_of_their_dates(graph: KnowledgeGraph) -> None:
    network = graph.network("sister-cities")
    assert network.edges["id:cn-zhejiang", "id:jp-shizuoka"]["start"] == "1982-04-20"
    assert network.edges["id:cn-kunming", "id:jp-fujisawa"]["start"] == "1981"
    assert {node["kind"] for _, node in network.nodes(data=True)} == {"SubnationalGovernment"}
    assert network.nodes["id:cn-zhejiang"] == {
        "label": "Zhejiang", "label_zh": "浙江省", "kind": "SubnationalGovernment", "country": "cn",
        "level": "provincial",
    }  # fmt: skip


def test_a_rejected_record_is_no_edge(graph: KnowledgeGraph) -> None:
    network = graph.network("sister-cities")
    assert network.has_edge("id:cn-tianjin", "id:jp-kobe")
    assert "id:jp-yokohama" not in network


def test_administration_runs_from_superior_to_subordinate(graph: KnowledgeGraph) -> None:
    network = graph.network("administration")
    assert network.has_edge("id:cn-guangdong", "id:cn-guangdong-fao")
    assert not network.has_edge("id:cn-guangdong-fao", "id:cn-guangdong")
    assert network.edges["id:cn-cpaffc", "id:cn-sichuan-cpaffc"]["layer"] == "branch"
    layers = Counter(x for *_, e in network.edges(data=True) for x in e["layer"].split("; "))
    classes = Counter(row["class"] for row in table("authority"))
    assert layers == {
        "leadership": classes["Leadership"],
        "direction": classes["PoliticalLeadership"], "guidance": classes["ProfessionalGuidance"],
        "supervision": classes["Supervision"], "organ": len(table("organs")),
        "branch": len(table("branches")),
    }  # fmt: skip


def test_mechanisms_have_two_modes(graph: KnowledgeGraph) -> None:
    network = graph.network("mechanisms")
    assert nx.is_bipartite(network)
    modes = dict(network.nodes(data="bipartite"))
    assert all((modes[a], modes[b]) == (0, 1) for a, b in network.edges)
    rows = [row for row in table("involvement") if row["class"] != "Affiliation"]
    assert sum(mode == 0 for mode in modes.values()) == len({row["actor"] for row in rows})
    assert sum(mode == 1 for mode in modes.values()) == len({row["platform"] for row in rows})


def test_provinces_in_a_mechanism_of_states(graph: KnowledgeGraph) -> None:
    network = graph.network("mechanisms")
    provinces = {n for n in network["id:gms"] if network.nodes[n].get("level") == "provincial"}
    assert provinces == {"id:cn-guangxi", "id:cn-yunnan"}
    assert {network.edges[n, "id:gms"]["layer"] for n in provinces} == {"participation"}
    members = {n for n in network["id:gms"] if "membership" in network.edges[n, "id:gms"]["layer"]}
    assert members == {"id:cn", "id:kh", "id:la", "id:mm", "id:th", "id:vn"}


@pytest.mark.parametrize("name", REAL)
def test_real_networks_can_be_measured(graph: KnowledgeGraph, name: str) -> None:
    network = graph.network(name)
    frame = graph.measures(name)
    assert frame.columns == ["node", "label", *MEASURES]
    assert len(frame) == len(network)
    assert frame["degree"].sum() == 2 * network.number_of_edges()
    assert frame["pagerank"].sum() == pytest.approx(1)
    assert (frame["eigenvector"] ** 2).sum() == pytest.approx(1)


# ---------------------------------------------------------------- command line


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("networks-store"))
    assert run(["build", "--quiet", "--store", folder]) == 0
    return folder


def test_listing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["network", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["administration", "directed"],
        ["mechanisms", "two-mode"],
        ["sister-cities", "undirected"],
    ]
    assert run(["network", "measures"]) == 0
    assert "Freeman 1977" in capsys.readouterr().out


def test_measuring(store: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    arguments = ["network", "measure", "sister-cities", "degree", "degree", "closeness", "--top", "3"]
    assert run([*arguments, "--store", store, "--format", "csv", "-o", str(out)]) == 0
    rows = from_csv(out.read_bytes())
    assert [row["node"] for row in rows] == ["id:cn-zhejiang", "id:cn-guangzhou", "id:cn-yunnan"]
    assert list(rows[0]) == ["node", "label", "degree", "closeness"]


@pytest.mark.parametrize(
    ("arguments", "name", "start"),
    [
        ([], "x.graphml", b"<?xml"),
        ([], "x.gexf", b"<?xml version='1.0' encoding='utf-8'?>\n<gexf"),
        ([], "x.csv", b"Source,Target,"),
        (["--format", "csv"], "x.txt", b"Source,Target,"),
        (["--nodes"], "x.csv", b"Id,Label,"),
        ([], "x", b"<?xml version='1.0' encoding='utf-8'?>\n<graphml"),
    ],
)
def test_exporting(store: str, tmp_path: Path, arguments: list[str], name: str, start: bytes) -> None:
    out = tmp_path / name
    assert run(["network", "export", "mechanisms", *arguments, "--store", store, "-o", str(out)]) == 0
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["measure", "sister-citys"], "Did you mean sister-cities?"),
        (["measure", "sister-cities", "pagerang"], "Did you mean pagerank?"),
        (["export", "mechanisms", "--nodes", "--format", "gexf"], "--nodes goes with csv"),
    ],
)
def test_wrong_usage(
    store: str, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert run(["network", *arguments, "--store", store]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert not captured.out


def test_a_file_that_is_no_network_has_exit_code_2(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tables.json").write_text("{}")
    folder = tmp_path / "queries" / "networks"
    folder.mkdir(parents=True)
    head = "#+ summary: Bad\n#+ description: Bad\n"
    (folder / "no-target.rq").write_text(f"{head}SELECT ?source WHERE {{ ?source ?p ?o }} LIMIT 1")
    (folder / "no-rows.rq").write_text(f"{head}ASK {{ ?s ?p ?o }}")
    for name, lacking in (("no-target", "it lacks ?target"), ("no-rows", "it lacks ?source and ?target")):
        data = ["--data", str(tmp_path / "data"), "--store", store]
        assert run(["network", "measure", name, *data]) == 2
        assert lacking in capsys.readouterr().err
