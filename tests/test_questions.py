"""The catalogue of queries, and answers that were established by reading the sources.

A golden file is ``golden/<query>[.<variant>].csv``: optionally ``# parameters: name=value …``, then
``# source:`` and the place that was read, then CSV whose columns are some of the query's. The rows are
the whole answer, projected on these columns; their order is of no account.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from paradiplomacy.api import KnowledgeGraph
from paradiplomacy.queries import CatalogueQuery, read_catalogue
from paradiplomacy.queries.catalogue import Parameter
from paradiplomacy.store import Result

ROOT = Path(__file__).parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.csv"))
CATALOGUE = read_catalogue(ROOT / "queries", ("questions", "tables", "checks"))
PARAMETERS = [(query, parameter) for query in CATALOGUE.values() for parameter in query.parameters]
COUNTING = {"actors-by-kind", "most-cited-sections", "sister-cities-by-country", "sources-used"}
"""Queries that count and so have no place in a source to cite."""

by_name = pytest.mark.parametrize("query", CATALOGUE.values(), ids=CATALOGUE)


def short(term: ox.NamedNode | ox.Literal | None) -> str:
    """A term as golden files write it: an IRI by what follows /id/, else by its last part."""
    if isinstance(term, ox.NamedNode):
        return term.value.partition("/id/")[2] or re.split(r"[#/]", term.value)[-1]
    return "" if term is None else term.value


def projected(result: Result, columns: list[str]) -> set[tuple[str, ...]]:
    places = [result.variables.index(column) for column in columns]
    return {tuple(short(row[place]) for place in places) for row in result.rows}


def read_golden(path: Path) -> tuple[dict[str, str], list[str], set[tuple[str, ...]]]:
    """Parameters, columns and rows of a golden file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert any(line.startswith("# source: ") for line in comments), (
        f"{path.name} does not say where it was read"
    )
    words = [word for line in comments if line.startswith("# parameters: ") for word in line.split()[2:]]
    header, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    assert len({*map(tuple, rows)}) == len(rows), f"{path.name} repeats a row"
    return dict(word.split("=", 1) for word in words), header, {*map(tuple, rows)}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_answer_is_what_the_source_says(graph: KnowledgeGraph, path: Path) -> None:
    parameters, columns, expected = read_golden(path)
    answer = projected(graph.query(path.name.split(".")[0], **parameters), columns)
    assert answer == expected, f"missing {sorted(expected - answer)}, too many {sorted(answer - expected)}"


def test_there_are_golden_answers_and_queries_enough() -> None:
    assert len([query for query in CATALOGUE.values() if query.folder == "questions"]) >= 18
    assert len({path.name.split(".")[0] for path in GOLDEN}) >= 14


@by_name
def test_query_says_what_it_answers(query: CatalogueQuery) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert query.summary and "\n" not in query.summary and not query.summary.endswith(".")
    assert query.description and query.tags


@by_name
def test_query_runs_with_its_defaults(graph: KnowledgeGraph, query: CatalogueQuery) -> None:
    result = graph.query(query.name)
    assert result.form == "select"
    assert len(result) > 0
    assert len(set(result.rows)) == len(result), "the same row twice"


@by_name
def test_answer_cites_its_sources(graph: KnowledgeGraph, query: CatalogueQuery) -> None:
    if query.name in COUNTING:
        return
    result = graph.query(query.name)
    columns = ["citations"] if "citations" in result.variables else ["source", "locator"]
    assert set(columns) <= set(result.variables)
    assert all("" not in row for row in projected(result, columns))


@by_name
def test_order_of_the_answer_is_determined(graph: KnowledgeGraph, query: CatalogueQuery) -> None:
    assert "ORDER BY" in query.text
    assert graph.query(query.name).rows == graph.query(query.name).rows


@pytest.mark.parametrize(
    ("query", "parameter"),
    PARAMETERS,
    ids=[f"{query.name}-{parameter.name}" for query, parameter in PARAMETERS],
)
def test_parameter_has_its_values_line(
    graph: KnowledgeGraph, query: CatalogueQuery, parameter: Parameter
) -> None:
    found = re.findall(rf"VALUES \?{parameter.name} \{{ (.+?) \}}", query.text)
    assert len(found) == 1
    assert parameter.default in found[0]
    given = graph.query(query.name, **{parameter.name: parameter.default})
    assert given.rows == graph.query(query.name).rows


def test_sister_cities_as_of_a_day_come_oldest_first(graph: KnowledgeGraph) -> None:
    starts = [
        row["start"] for row in graph.query("sister-cities-as-of", place="cn-yunnan", date="2015-12-31")
    ]
    assert starts == sorted(starts)
    assert starts[0] == "1990-11-26"


def test_a_place_may_be_given_by_its_name(graph: KnowledgeGraph) -> None:
    by_id = graph.query("sister-cities-of", place="cn-zhejiang").rows
    assert graph.query("sister-cities-of", place="浙江省").rows == by_id


def test_every_contradiction_is_shown_with_all_its_records(graph: KnowledgeGraph) -> None:
    with (ROOT / "data" / "conflicts.csv").open(encoding="utf-8", newline="") as file:
        curated = {
            (row["id"], record) for row in csv.DictReader(file) for record in row["records"].split(";")
        }
    assert projected(graph.query("conflicts"), ["conflict", "record"]) == curated


def test_a_record_leads_to_its_line(graph: KnowledgeGraph) -> None:
    """The row that a query names is the line of the file where the record stands."""
    rows = {row["row"] for row in graph.query("record-of", record="sister-cn-yunnan-ml-sikasso")}
    assert len(rows) == 1
    file, _, line = rows.pop().partition("/paradiplomacy/data/")[2].partition("#row=")
    text = (ROOT / "data" / file).read_text(encoding="utf-8").splitlines()
    assert text[int(line) - 1].startswith("sister-cn-yunnan-ml-sikasso,")
