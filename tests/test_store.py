"""Snapshots, local and remote graphs, results and their formats, each against an independent reader."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql.results.jsonresults import JSONResultParser

from fixtures import Copy, duplicate, fingerprint, reduced_dataset, run_ok
from paradiplomacy.api import KnowledgeGraph, open_graph
from paradiplomacy.build import Built, build
from paradiplomacy.cli import run
from paradiplomacy.findings import EnvironmentFailureError, WrongUsageError
from paradiplomacy.queries import FORMATS, render
from paradiplomacy.store import (
    DerivedGraph,
    Draft,
    LocalGraph,
    RemoteGraph,
    Result,
    Snapshot,
    apply_rules,
    current_snapshot,
    read_rules,
    up_to_date,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Dataset.default_context:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning"
)

TRIG = """
PREFIX : <https://x.org/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:one { :a :knows :b ;
  :name "A \\"quoted\\", 中文 | x\\nline"@en , "甲"@zh ; :age 42 ; :weight 1.50 ; :on true . }
:two { :b :knows :c ; :name "B"@en ; :born "1990-02-03"^^xsd:date ; :score 1.5e0 . :c :knows _:anonymous . }
"""
QUERIES = {
    "join": "SELECT ?x ?y { ?x <https://x.org/knows>/<https://x.org/knows> ?y }",
    "optional": "SELECT ?x ?n { ?x <https://x.org/knows> ?y OPTIONAL { ?x <https://x.org/name> ?n } }",
    "aggregate": "SELECT ?x (COUNT(?n) AS ?k) { ?x <https://x.org/name> ?n } GROUP BY ?x",
    "numbers": "SELECT ?x ?o { ?x ?p ?o FILTER(isNumeric(?o)) }",
    "path": "SELECT ?y { <https://x.org/a> <https://x.org/knows>+ ?y FILTER(isIRI(?y)) }",
    "language": "SELECT ?n { ?x <https://x.org/name> ?n FILTER(LANG(?n) = 'zh') }",
    "none": "SELECT ?x { ?x <https://x.org/none> ?y }",
    "ask": "ASK { <https://x.org/a> <https://x.org/knows> ?y }",
    "ask not": "ASK { <https://x.org/c> <https://x.org/name> ?y }",
    "construct": (
        "CONSTRUCT { ?y <https://x.org/knownBy> ?x } WHERE { ?x <https://x.org/knows> ?y FILTER(isIRI(?y)) }"
    ),
}


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    store.load(TRIG.encode(), format=ox.RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def local(store: ox.Store) -> LocalGraph:
    return LocalGraph(store)


@pytest.fixture(scope="module")
def twin() -> rdflib.Dataset:
    twin = rdflib.Dataset(default_union=True)
    twin.parse(data=TRIG, format="trig")
    return twin


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return reduced_dataset(tmp_path_factory.mktemp("store") / "sound")


@pytest.fixture(scope="module")
def built(sound: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Built]:
    folder = tmp_path_factory.mktemp("built") / "store"
    return folder, build(sound.dataset, folder)


# ---------------------------------------------------------------- snapshots


def snapshots(store: Path) -> set[str]:
    return {path.name for path in (store / "snapshots").iterdir()}


def test_a_build_writes_one_snapshot(sound: Copy, built: tuple[Path, Built]) -> None:
    folder, outcome = built
    assert outcome.is_valid
    assert outcome.is_new
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    assert snapshots(folder) == {snapshot.folder.name}
    assert snapshot.manifest() == outcome.manifest
    assert snapshot.manifest()["digest"] == sound.dataset.digest()
    lines = snapshot.nquads.read_bytes().splitlines()
    by_graph: dict[bytes, list[bytes]] = {}
    for line in lines:
        by_graph.setdefault(line.rsplit(b" ", 2)[1], []).append(line)
    assert all(part == sorted(set(part)) for part in by_graph.values())
    assert len(lines) == outcome.manifest["triples"]
    assert len(LocalGraph.open(snapshot.oxigraph).store) == len(lines)


def test_a_build_of_the_same_inputs_changes_nothing(sound: Copy, built: tuple[Path, Built]) -> None:
    folder, outcome = built
    before = fingerprint(folder)
    again = build(sound.dataset, folder)
    assert (again.is_valid, again.is_new, again.manifest) == (True, False, outcome.manifest)
    assert fingerprint(folder) == before


def test_the_same_inputs_give_the_same_graph(sound: Copy, built: tuple[Path, Built], tmp_path: Path) -> None:
    build(sound.dataset, tmp_path)
    one, other = current_snapshot(built[0]), current_snapshot(tmp_path)
    assert one is not None
    assert other is not None
    assert one.nquads.read_bytes() == other.nquads.read_bytes()
    assert one.manifest() == other.manifest()


def test_an_invalid_build_leaves_the_last_good_snapshot(
    sound: Copy, built: tuple[Path, Built], tmp_path: Path
) -> None:
    spoilt = duplicate(sound, tmp_path / "spoilt")
    spoilt.set("actors/states.csv", 2, iso="?")
    before = fingerprint(built[0])
    assert not build(spoilt.dataset, built[0]).is_valid
    assert fingerprint(built[0]) == before


NQUADS = b'<https://x.org/a> <https://x.org/p> "%d" <https://x.org/g> .\n'


def snapshot_of(store: Path, number: int) -> Snapshot:
    digest = f"{number:064x}"[::-1]
    nquads = NQUADS % number
    with Draft(store) as draft:
        draft.add(nquads)
        return draft.commit(digest, {"digest": digest})


def value_in(snapshot: Snapshot) -> str:
    row = LocalGraph.open(snapshot.oxigraph).query("SELECT ?o { ?s ?p ?o }").rows[0][0]
    assert isinstance(row, ox.Literal)
    return row.value


def test_snapshots_are_switched_and_old_ones_cleaned(tmp_path: Path) -> None:
    for number in range(1, 5):
        snapshot = snapshot_of(tmp_path, number)
        os.utime(snapshot.folder, (number, number))
        current = current_snapshot(tmp_path)
        assert current == snapshot
        assert value_in(snapshot) == str(number)
        assert len(snapshots(tmp_path)) == min(number, 2)
    assert snapshots(tmp_path) == {f"{n:064x}"[::-1][:16] for n in (3, 4)}


def test_a_reader_of_the_snapshot_before_reads_on(tmp_path: Path) -> None:
    reader = LocalGraph.open(snapshot_of(tmp_path, 1).oxigraph)
    snapshot_of(tmp_path, 2)
    assert str(next(iter(reader.query("SELECT ?o { ?s ?p ?o }")))["o"]) == "1"


def test_a_failed_write_leaves_the_current_snapshot(tmp_path: Path) -> None:
    snapshot_of(tmp_path, 1)
    before = fingerprint(tmp_path)
    with pytest.raises(SyntaxError), Draft(tmp_path) as draft:
        draft.add(b"not N-Quads")
        draft.commit("2" * 64, {})
    assert fingerprint(tmp_path) == before
    assert len(snapshots(tmp_path)) == 1


def test_the_pointer_is_never_half_written(tmp_path: Path) -> None:
    """Whoever reads while snapshots are switched finds one that is whole."""
    snapshot_of(tmp_path, 1)
    seen: set[str] = set()
    failures: list[object] = []
    done = False

    def watch() -> None:
        while not done:
            snapshot = current_snapshot(tmp_path)
            if snapshot is None:
                failures.append(snapshot)
            else:
                seen.add(snapshot.folder.name)

    watcher = Thread(target=watch)
    watcher.start()
    for number in range(2, 6):
        snapshot_of(tmp_path, number)
    done = True
    watcher.join()
    assert not failures
    assert seen


@pytest.mark.parametrize("damage", ["manifest", "no manifest", "no oxigraph", "pointer"])
def test_a_damaged_snapshot_is_built_anew(
    damage: str, sound: Copy, built: tuple[Path, Built], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(built[0], folder)
    snapshot = current_snapshot(folder)
    assert snapshot is not None
    if damage == "manifest":
        (snapshot.folder / "manifest.json").write_text("{")
    elif damage == "no manifest":
        (snapshot.folder / "manifest.json").unlink()
    elif damage == "no oxigraph":
        shutil.rmtree(snapshot.oxigraph)
    else:
        (folder / "current").write_text("elsewhere\n")
    assert current_snapshot(folder) is None
    assert up_to_date(folder, sound.dataset.digest()) is None
    run_ok("build", "--quiet", "--data", sound.data, "--store", folder)
    run_ok("query", "test-partners-of", "--data", sound.data, "--store", folder)
    assert "Traceback" not in capfd.readouterr().err


def test_a_store_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailureError, match="Run: paradiplomacy build"):
        LocalGraph.open(tmp_path / "nothing")


def test_the_first_query_builds(sound: Copy, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    graph = open_graph(sound.data, tmp_path / "new")
    assert len(graph.query("test-partners-of", place="cn-yunnan")) > 1
    assert "for the first time" in capfd.readouterr().err
    assert open_graph(sound.data, tmp_path / "new").query("ASK { ?s ?p ?o }").boolean is True
    assert capfd.readouterr().err == ""


# ---------------------------------------------------------------- rules


def test_rules_run_until_nothing_new_follows(tmp_path: Path) -> None:
    (tmp_path / "reach.rq").write_text(
        "CONSTRUCT { ?a <x:reaches> ?c } WHERE { { ?a <x:to> ?c } UNION { ?a <x:reaches>/<x:reaches> ?c } }"
    )
    steps = [
        ox.Quad(ox.NamedNode(f"x:{i}"), ox.NamedNode("x:to"), ox.NamedNode(f"x:{i + 1}")) for i in range(9)
    ]
    store = ox.Store()
    store.extend(steps)
    for _ in range(2):
        found = apply_rules(DerivedGraph(store, "x:derived"), read_rules(tmp_path))
        assert len(found.lines["reach.rq"]) == 45
        assert len(store) == 9 + 45


# ---------------------------------------------------------------- local graphs against rdflib


def plain(term: object) -> tuple[str, ...] | None:
    """A term of either library, for comparison; blank nodes are alike, numbers go by value."""
    if term is None:
        return None
    if isinstance(term, ox.BlankNode | rdflib.BNode):
        return ("blank",)
    if isinstance(term, ox.Literal):
        return _plain_literal(term.value, term.language, term.datatype.value)
    if isinstance(term, rdflib.Literal):
        base = rdflib.RDF.langString if term.language else term.datatype or rdflib.XSD.string
        return _plain_literal(str(term), term.language, str(base))
    return (str(getattr(term, "value", term)),)


def _plain_literal(text: str, language: str | None, datatype: str) -> tuple[str, ...]:
    name = datatype.rsplit("#", 1)[-1]
    number = str(float(text)) if name in ("integer", "decimal", "double") else text
    return (number, language or "", name)


def assert_same(ours: Result, theirs: rdflib.query.Result) -> None:
    if theirs.type == "ASK":
        assert ours.boolean == theirs.askAnswer
    elif theirs.type == "CONSTRUCT":
        assert ours.triples is not None
        assert theirs.graph is not None
        assert {tuple(map(plain, (t.subject, t.predicate, t.object))) for t in ours.triples} == {
            tuple(map(plain, triple)) for triple in theirs.graph
        }
    else:
        assert ours.variables == [str(name) for name in theirs.vars or []]
        ordered = [sorted(([plain(t) for t in row] for row in rows), key=str) for rows in (ours.rows, theirs)]
        assert ordered[0] == ordered[1]


@pytest.mark.parametrize("name", QUERIES)
def test_answers_are_those_of_rdflib(name: str, local: LocalGraph, twin: rdflib.Dataset) -> None:
    assert_same(local.query(QUERIES[name]), twin.query(QUERIES[name]))


@pytest.mark.parametrize("name", QUERIES)
def test_the_rdflib_view_answers_alike(name: str, local: LocalGraph, sound: Copy) -> None:
    view = KnowledgeGraph(local, sound.dataset).rdflib()
    assert_same(local.query(QUERIES[name]), view.query(QUERIES[name]))


def test_the_rdflib_view_copies_nothing(local: LocalGraph, sound: Copy) -> None:
    view = KnowledgeGraph(local, sound.dataset).rdflib()
    assert len(list(view.quads((None, None, None, None)))) == len(local.store)
    with pytest.raises(WrongUsageError, match="local store"):
        KnowledgeGraph(RemoteGraph("http://127.0.0.1:9/"), sound.dataset).rdflib()


def test_services_elsewhere_are_a_clear_failure(local: LocalGraph) -> None:
    with pytest.raises(WrongUsageError, match="cannot be answered"):
        local.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


# ---------------------------------------------------------------- a remote endpoint


class _Endpoint(BaseHTTPRequestHandler):
    """The SPARQL 1.1 protocol by POST over a pyoxigraph store; ``/html`` and the like misbehave."""

    store: ox.Store

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path != "/sparql":
            self._misbehave()
            return
        is_form = "urlencoded" in self.headers["Content-Type"]
        try:
            answer = self.store.query(
                parse_qs(body)["query"][0] if is_form else body, use_default_graph_as_union=True
            )
        except SyntaxError as error:
            self._send(400, "text/plain", str(error).encode())
            return
        if isinstance(answer, ox.QueryTriples):
            self._send(200, "text/turtle", ox.serialize(answer, format=ox.RdfFormat.TURTLE) or b"")
        else:
            content = answer.serialize(format=ox.QueryResultsFormat.JSON)
            self._send(200, "application/sparql-results+json", content or b"")

    def _misbehave(self) -> None:
        if self.path == "/html":
            self._send(200, "text/html", b"<!DOCTYPE html><html><body>Log in</body></html>")
        elif self.path == "/cut":
            self._send(200, "application/sparql-results+json", b'{"head": {"vars": ["x"]}, "results": {"bin')
        else:
            self._send(int(self.path.strip("/")), "text/plain", b"no")

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(store: ox.Store) -> Iterator[str]:
    handler = type("Handler", (_Endpoint,), {"store": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", QUERIES)
def test_a_remote_graph_answers_like_a_local_one(name: str, local: LocalGraph, address: str) -> None:
    ours, theirs = local.query(QUERIES[name]), RemoteGraph(address + "/sparql").query(QUERIES[name])
    assert ours.form == theirs.form
    assert ours.boolean == theirs.boolean
    assert ours.variables == theirs.variables
    if ours.form == "select":
        for rows in (ours.rows, theirs.rows):
            rows.sort(key=lambda row: str([plain(term) for term in row]))
        assert [[plain(t) for t in row] for row in ours.rows] == [
            [plain(t) for t in row] for row in theirs.rows
        ]
    assert set(ours.triples or ()) == set(theirs.triples or ())


def test_a_malformed_query_is_the_askers_fault(address: str) -> None:
    with pytest.raises(WrongUsageError, match="refused the query"):
        RemoteGraph(address + "/sparql").query("SELECT * WHERE { ?s ?p }")


@pytest.mark.parametrize("path", ["/html", "/cut"])
@pytest.mark.parametrize("form", ["join", "ask", "construct"])
def test_an_answer_that_is_none(path: str, form: str, address: str) -> None:
    with pytest.raises(EnvironmentFailureError, match="not SPARQL results"):
        RemoteGraph(address + path).query(QUERIES[form])


@pytest.mark.parametrize("status", [401, 403, 404, 414, 500, 502, 503])
def test_an_endpoint_that_fails(status: int, address: str) -> None:
    with pytest.raises(EnvironmentFailureError, match="cannot reach the endpoint"):
        RemoteGraph(f"{address}/{status}").query("ASK { ?s ?p ?o }")


def test_the_command_line_asks_an_endpoint(
    sound: Copy, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    options = ["--data", str(sound.data), "--endpoint", address]
    assert run(["query", QUERIES["aggregate"] + " ORDER BY ?x", *options[:-1], address + "/sparql"]) == 0
    assert capfd.readouterr().out == "x,k\nhttps://x.org/a,2\nhttps://x.org/b,1\n"
    assert run(["query", "ASK {}", *options[:-1], address + "/html"]) == 3
    assert "not SPARQL results" in capfd.readouterr().err


# ---------------------------------------------------------------- results

TYPED = """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?iri ?text ?said ?whole ?exact ?rough ?truth ?day ?nothing ?mixed {
  VALUES (?iri ?text ?said ?whole ?exact ?rough ?truth ?day ?mixed) {
    (<https://x.org/a> "a, \\"b\\" | 中\\nc" "甲"@zh 1 1.50 1.5e0 true "1990-02-03"^^xsd:date 1)
    (<https://x.org/b> "" "b"@en -2 .25 2e0 false "1991-02-03"^^xsd:date "x")
    (<https://x.org/c> UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
  }
}"""


@pytest.fixture(scope="module")
def typed(local: LocalGraph) -> Result:
    return local.query(TYPED)


def test_polars_types(typed: Result) -> None:
    frame = typed.to_polars()
    assert dict(frame.schema) == {
        "iri": pl.String, "text": pl.String, "said": pl.String, "whole": pl.Int64, "exact": pl.Float64,
        "rough": pl.Float64, "truth": pl.Boolean, "day": pl.String, "nothing": pl.String, "mixed": pl.String,
    }  # fmt: skip
    assert frame["whole"].to_list() == [1, -2, None]
    assert frame["exact"].to_list() == [1.5, 0.25, None]
    assert frame["mixed"].to_list() == ["1", "x", None]
    assert frame["nothing"].null_count() == 3


def test_pandas_types(typed: Result) -> None:
    frame = typed.to_pandas()
    assert list(frame.columns) == typed.variables
    assert str(frame["exact"].dtype) == "float64"
    assert frame["text"].tolist()[0] == 'a, "b" | 中\nc'
    assert frame["nothing"].isna().all()


def test_rows_as_python_values(typed: Result) -> None:
    first = next(iter(typed))
    assert first["whole"] == 1
    assert first["exact"] == Decimal("1.50")
    assert first["truth"] is True
    assert first["nothing"] is None


def test_frames_without_rows(local: LocalGraph) -> None:
    frame = local.query(QUERIES["none"]).to_polars()
    assert (frame.columns, len(frame)) == (["x"], 0)


def test_csv_is_read_back(typed: Result) -> None:
    header, *rows = csv.reader(io.StringIO(render(typed, "csv", False).decode(), newline=""))
    assert header == typed.variables
    assert rows == [["" if t is None else t.value for t in row] for row in typed.rows]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["join", "optional", "aggregate", "numbers", "none", "ask", "ask not"])
def test_json_is_read_back_by_rdflib(name: str, local: LocalGraph) -> None:
    result = local.query(QUERIES[name])
    content = render(result, "json", False)
    assert json.loads(content)
    assert_same(result, JSONResultParser().parse(io.BytesIO(content)))


def test_json_of_every_type_is_read_back_by_rdflib(typed: Result) -> None:
    assert_same(typed, JSONResultParser().parse(io.BytesIO(render(typed, "json", False))))


def test_parquet_is_read_back(typed: Result) -> None:
    assert pl.read_parquet(io.BytesIO(render(typed, "parquet", False))).equals(typed.to_polars())


def test_markdown_is_a_table(local: LocalGraph) -> None:
    result = local.query(
        "PREFIX id: <https://w3id.org/paradiplomacy/id/> "
        'SELECT ?a ?b { VALUES (?a ?b) { (id:x "p | q") (UNDEF true) ("two\\nlines" 1) } }'
    )
    lines = render(result, "md", False).decode().splitlines()
    assert lines == [
        "| a | b |", "| --- | --- |", "| id:x | p \\| q |", "|  | true |", "| two lines | 1 |",
    ]  # fmt: skip


def test_a_table_shows_every_row(local: LocalGraph) -> None:
    text = render(local.query(QUERIES["language"]), "table", False).decode()
    assert "甲" in text
    assert text.endswith("1 row\n")


@pytest.mark.parametrize(
    ("form", "parser"), [("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"), ("rdfxml", "xml")]
)
def test_graphs_are_read_back_by_rdflib(form: str, parser: str, local: LocalGraph) -> None:
    result = local.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(!isBlank(?o)) }")
    assert result.triples
    content = render(result, form, False)
    read = rdflib.Dataset(default_union=True)
    read.parse(data=content.decode(), format=parser)
    assert {tuple(map(plain, triple[:3])) for triple in read.quads((None, None, None, None))} == {
        tuple(map(plain, (t.subject, t.predicate, t.object))) for t in result.triples
    }
    assert render(result, form, False) == content


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["join", "ask", "construct"])
def test_a_format_fits_or_is_refused(form: str, name: str, local: LocalGraph) -> None:
    result = local.query(QUERIES[name])
    fits = {
        "select": {"table", "csv", "json", "md", "parquet"},
        "ask": {"json"},
        "graph": {"ttl", "nt", "jsonld", "rdfxml"},
    }[result.form]
    if form in fits:
        assert render(result, form, False)
    else:
        with pytest.raises(WrongUsageError, match=f"has no format {form}; it has "):
            render(result, form, False)


@pytest.mark.parametrize(
    ("name", "is_terminal", "begins"),
    [
        ("ask", True, b"true\n"),
        ("ask not", False, b"false\n"),
        ("aggregate", False, b"x,k\n"),
        ("construct", True, b"@prefix"),
    ],
)
def test_formats_by_default(name: str, is_terminal: bool, begins: bytes, local: LocalGraph) -> None:
    assert render(local.query(QUERIES[name]), None, is_terminal).startswith(begins)
