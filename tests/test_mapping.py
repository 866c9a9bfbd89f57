"""The mapping against rdflib and urllib, and back from every statement to its cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote

import polars as pl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import ROOT, day_bounds
from paradiplomacy.mapping import CellFinder, graph_iri, to_nquads
from paradiplomacy.mapping.templates import expand, match, unsafe_columns
from paradiplomacy.tables import ROW, Column, ReadTable, Table, TableGroup, read_metadata, read_tables

pytestmark = pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")

X = "https://x.org/"
CELL = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"\\'<>{}|^`%&; ,#?中文🙂é\t"), st.characters(exclude_categories=["Cs", "Cc"])
    ),
    min_size=1,
    max_size=12,
)
URI_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)

TABLE = Table(
    url="t.csv",
    about=X + "{id}",
    key=("id",),
    columns=(
        Column("id", predicate=X + "id"),
        Column("plain", predicate=X + "plain"),
        Column("english", predicate=X + "english", lang="en"),
        Column("spoken", predicate=X + "spoken", lang_column="lang"),
        Column("lang"),
        Column("code", predicate=X + "code", datatype=X + "datatype"),
        Column("list", predicate=X + "list", separator=";"),
        Column("link", predicate=X + "link", value=X + "to/{link}"),
        Column("marked", virtual=True, predicate=X + "marked", value=X + "Marked", requires="plain"),
    ),
)
NAMES = TABLE.header
GROUP = TableGroup(Path("/nowhere"), X, (TABLE,))


def read(rows: list[dict[str, str | None]]) -> ReadTable:
    schema = {ROW: pl.UInt32, **dict.fromkeys(NAMES, pl.String)}
    body = [[i, *(row.get(name) for name in NAMES)] for i, row in enumerate(rows, start=2)]
    return ReadTable(TABLE, pl.DataFrame(body, schema=schema, orient="row"))


def triples_of_both(lines: pl.Series) -> tuple[set[tuple], set[tuple]]:
    """The quads' triples as Python values: by pyoxigraph, by rdflib."""
    content = "\n".join([*lines, ""])
    by_oxigraph = set()
    for quad in ox.parse(content.encode(), format=ox.RdfFormat.N_QUADS):
        o = quad.object
        value = (o.value, o.language, o.datatype.value) if isinstance(o, ox.Literal) else (o.value,)
        by_oxigraph.add((quad.subject.value, quad.predicate.value, value))
    dataset = rdflib.Dataset()
    dataset.parse(data=content, format="nquads")
    return by_oxigraph, {
        (str(s), str(p), _value(o)) for s, p, o, _ in dataset.quads((None, None, None, None))
    }


def _value(node: object) -> tuple:
    if not isinstance(node, rdflib.Literal):
        return (str(node),)
    base = rdflib.RDF.langString if node.language else node.datatype or rdflib.XSD.string
    return (str(node), node.language, str(base))


STRING = str(rdflib.XSD.string)
LANGUAGE = str(rdflib.RDF.langString)


@given(CELL, CELL, CELL, CELL, st.lists(CELL.filter(lambda c: ";" not in c), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_cells_become_the_same_literals_for_every_reader(
    plain: str, english: str, code: str, link: str, items: list[str]
) -> None:
    row: dict[str, str | None] = {
        "id": "a", "plain": plain, "english": english, "spoken": english, "lang": "zh",
        "code": code, "list": ";".join(items), "link": link,
    }  # fmt: skip
    by_oxigraph, by_rdflib = triples_of_both(to_nquads(GROUP, [read([row])]))
    assert by_oxigraph == by_rdflib
    a = X + "a"
    assert by_oxigraph == {
        (a, X + "id", ("a", None, STRING)),
        (a, X + "plain", (plain, None, STRING)),
        (a, X + "english", (english, "en", LANGUAGE)),
        (a, X + "spoken", (english, "zh", LANGUAGE)),
        (a, X + "code", (code, None, X + "datatype")),
        *((a, X + "list", (item, None, STRING)) for item in items),
        (a, X + "link", (X + "to/" + quote(link, safe=""),)),
        (a, X + "marked", (X + "Marked",)),
        (X + "data/t.csv#row=2", "http://www.w3.org/ns/csvw#describes", (a,)),
    }


def test_empty_cells_say_nothing() -> None:
    by_oxigraph, by_rdflib = triples_of_both(to_nquads(GROUP, [read([{"id": "a", "spoken": "x"}])]))
    assert by_oxigraph == by_rdflib
    assert {p for _, p, _ in by_oxigraph} == {X + "id", "http://www.w3.org/ns/csvw#describes"}


@given(URI_TEXT, URI_TEXT)
@settings(max_examples=120, deadline=None)
def test_templates_expand_as_urllib_quotes(a: str, b: str) -> None:
    frame = pl.DataFrame({"a": [a], "b": [b]})
    unsafe = unsafe_columns(frame, {"a", "b"})
    simple, reserved = frame.select(x=expand(X + "{a}/{b}#end", unsafe), y=expand(X + "{+a}", unsafe)).row(0)
    assert simple == f"{X}{quote(a, safe='')}/{quote(b, safe='')}#end"
    # RFC 6570 lets reserved and unreserved characters stand; quote never touches the latter.
    assert reserved == X + quote(a, safe=":/?#[]@!$&'()*+,;=")
    assert match(X + "{a}/{b}#end", simple) == {"a": a, "b": b}
    assert match(X + "{+a}", reserved) == {"a": a}
    assert match(X + "{a}/{b}#end", simple + "x") is None


def test_a_template_with_an_empty_cell_expands_to_nothing() -> None:
    frame = pl.DataFrame({"a": ["x", None], "b": ["中", "y"]})
    expanded = frame.select(x=expand("{a}-{b}", unsafe_columns(frame, {"a", "b"})))["x"]
    assert expanded.to_list() == [f"x-{quote('中')}", None]


# ---------------------------------------------------------------- the real data


@pytest.fixture(scope="module")
def group() -> TableGroup:
    return read_metadata(ROOT / "data")


@pytest.fixture(scope="module")
def tables(group: TableGroup) -> list[ReadTable]:
    return read_tables(group)[0]


@pytest.fixture(scope="module")
def nquads(group: TableGroup, tables: list[ReadTable]) -> pl.Series:
    return to_nquads(group, tables)


@pytest.fixture(scope="module")
def curated(group: TableGroup, nquads: pl.Series) -> list[ox.Quad]:
    quads = ox.parse("\n".join([*nquads, ""]).encode(), format=ox.RdfFormat.N_QUADS)
    graph = ox.NamedNode(graph_iri(group, "curated"))
    return sorted((quad for quad in quads if quad.graph_name == graph), key=str)


def test_two_runs_give_the_same_bytes(group: TableGroup, nquads: pl.Series) -> None:
    again = to_nquads(group, read_tables(group)[0])
    assert "\n".join(again).encode() == "\n".join(nquads).encode()


def test_the_order_of_rows_does_not_matter(
    group: TableGroup, tables: list[ReadTable], nquads: pl.Series
) -> None:
    marker = f" <{graph_iri(group, 'curated')}> ."
    shuffled = [ReadTable(read.table, read.frame.sample(fraction=1, shuffle=True, seed=7)) for read in tables]
    one, other = (
        [line for line in lines if line.endswith(marker)] for lines in (nquads, to_nquads(group, shuffled))
    )
    assert one == other


def test_no_blank_node_is_curated(curated: list[ox.Quad]) -> None:
    assert curated
    for quad in curated:
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode | ox.Literal)


def test_rdflib_reads_the_same_graph(nquads: pl.Series) -> None:
    sample = pl.Series(Random(3).sample(nquads.to_list(), 2000))
    by_oxigraph, by_rdflib = triples_of_both(sample)
    assert by_oxigraph == by_rdflib


def _assert_found(tables: list[ReadTable], finder: CellFinder, quad: ox.Quad) -> None:
    """The cell that the finder names holds what the quad says."""
    place = finder.place(quad.subject.value, quad.predicate.value, str(quad.object))
    assert place is not None, quad
    assert place.row is not None
    found = next(read for read in tables if read.table.url == place.file)
    cells = found.frame.filter(pl.col(ROW) == place.row).row(0, named=True)
    ids = [quote(str(cells[name]), safe="") for name in found.table.key]
    # A row may also say something of another record, which then leads to the row's own.
    assert all(part in quad.subject.value or part in str(quad.object) for part in ids), (quad, place)
    if place.column is None:  # the same in every row, such as the class of a table's records
        assert isinstance(quad.object, ox.NamedNode)
        return
    assert any(value in said(quad.object) for value in held(found, place.column, cells)), (quad, place)


def held(read: ReadTable, column: str, cells: dict[str, str | None]) -> Iterator[str]:
    """What a cell can say: its text, its items, the days that it allows, the link that it decides."""
    text = cells[column]
    assert text is not None, (read.table.url, column)
    yield text
    separator = read.table.column(column).separator
    yield from text.split(separator) if separator else []
    if read.table.column(column).is_date:
        yield from (str(day) for day in day_bounds(text) if day)
    for virtual in read.table.columns:
        if virtual.virtual and column == virtual.requires and virtual.value:
            yield virtual.value.format(**cells)


def said(term: object) -> set[str]:
    """The ways in which a cell may write a term."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    value = term.value
    return {value, value.rsplit("/", 1)[-1], value.rsplit("#", 1)[-1]}


def test_the_cell_of_every_sort_of_quad_is_found(tables: list[ReadTable], curated: list[ox.Quad]) -> None:
    finder = CellFinder(tables)
    by_predicate = {quad.predicate.value: quad for quad in Random(1).sample(curated, len(curated))}
    for quad in [*by_predicate.values(), *Random(2).sample(curated, 300)]:
        _assert_found(tables, finder, quad)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_cell_of_any_quad_is_found(
    tables: list[ReadTable], curated: list[ox.Quad], data: st.DataObject
) -> None:
    _assert_found(tables, CellFinder(tables), curated[data.draw(st.integers(0, len(curated) - 1))])


def test_nodes_that_no_row_is_about_have_no_place(tables: list[ReadTable]) -> None:
    finder = CellFinder(tables)
    assert finder.place("https://w3id.org/paradiplomacy/id/no-such-record") is None
    assert finder.place("https://elsewhere.org/x", "https://elsewhere.org/p", '"x"') is None
