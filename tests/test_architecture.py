"""The house rules: imports run one way, files and functions stay small, terms are defined once."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from paradiplomacy.dataset import find_dataset
from paradiplomacy.ontology import defined_terms, parse_turtle, read_ontology
from paradiplomacy.tables import read_metadata

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "paradiplomacy"
LAYERS = (
    "findings", "dataset", "tables", "mapping", "ontology", "store", "validation", "build",
    "queries", "networks", "api", "cli",
)  # fmt: skip
"""A module imports only from those before it."""

FILES = sorted(SOURCE.rglob("*.py"))
PD = "https://w3id.org/paradiplomacy/ontology#"
ENTRY_POINTS = {"__init__", "__main__", "_dataset"}


def layer(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_layers(path: Path) -> set[str]:
    """Names of the package's modules that a file imports, lazily or not."""
    package = ["paradiplomacy", *path.relative_to(SOURCE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {".".join([*base, name]).split(".")[1] for name in names}
    return found & set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_run_one_way(path: Path) -> None:
    if layer(path) in ENTRY_POINTS:
        return
    below = LAYERS[: LAYERS.index(layer(path)) + 1]
    assert imported_layers(path) <= set(below)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno + 1 <= 60, node.name


def test_nothing_about_a_country_is_in_the_code() -> None:
    words = re.compile(r"\b(china|chinese|yunnan|zhejiang|guangzhou|cpaffc|ccpit)\b", re.IGNORECASE)
    ascii_doc = {"__init__.py", "query.py", "api.py", "parameters.py", "network.py"}
    for path in FILES:
        code = [line for line in path.read_text(encoding="utf-8").splitlines() if words.search(line)]
        # Examples in docstrings and help may name a place.
        assert not code or path.name in ascii_doc, (path, code)


def used_terms(text: str) -> set[str]:
    return {PD + name for name in re.findall(r"(?<![\w/])pd:([A-Za-z]\w*)", text)} | {
        PD + name for name in re.findall(re.escape(PD) + r"([A-Za-z]\w*)", text)
    }


def test_every_term_in_use_is_defined() -> None:
    dataset = find_dataset()
    defined = defined_terms(read_ontology(dataset.ontology))
    files = [
        *dataset.ontology.glob("rules/*.rq"),
        *dataset.queries.rglob("*.rq"),
        dataset.ontology / "shapes.ttl",
    ]
    files += [dataset.data / "tables.json", *SOURCE.rglob("*.py")]
    for path in files:
        unknown = used_terms(path.read_text(encoding="utf-8")) - defined
        assert unknown <= {PD + "remedy"}, path


def test_every_term_has_labels_and_a_definition() -> None:
    dataset = find_dataset()
    triples = parse_turtle(dataset.ontology / "paradiplomacy.ttl")
    own = {iri for iri in defined_terms(triples) if iri.startswith(PD)}
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    definition = "http://www.w3.org/2004/02/skos/core#definition"
    for iri in own:
        about = [t for t in triples if t.subject == ox.NamedNode(iri)]
        languages = {
            t.object.language
            for t in about
            if t.predicate.value == label and isinstance(t.object, ox.Literal)
        }
        assert {"en", "zh"} <= languages, iri
        assert any(t.predicate.value == definition for t in about), iri


def test_every_property_of_a_column_is_defined_or_from_a_standard() -> None:
    dataset = find_dataset()
    defined = defined_terms(read_ontology(dataset.ontology))
    standards = ("http://purl.org/dc/terms/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
    for table in read_metadata(dataset.data):
        for column in table.columns:
            predicate = column.predicate
            assert predicate is None or predicate in defined or predicate.startswith(standards), (
                table.url,
                column.name,
            )


def test_every_column_gives_what_its_property_takes() -> None:
    """A literal outside of the range makes data and ontology contradict each other: here is the column."""
    dataset = find_dataset()
    about = "http://www.w3.org/2000/01/rdf-schema#range"
    ranges = {
        t.subject.value: t.object.value
        for t in read_ontology(dataset.ontology)
        if t.predicate.value == about and _named(t)
    }
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for table in read_metadata(dataset.data):
        for column in table.columns:
            range_ = ranges.get(column.predicate or "", "")
            if column.value:
                assert not range_.startswith(xsd), (table.url, column.name)
            elif range_.startswith(xsd):
                given = column.datatype or f"{xsd}string"
                assert not column.lang and not column.lang_column, (table.url, column.name)
                assert given.replace("nonNegativeInteger", "integer") == range_, (table.url, column.name)


def test_every_term_is_used_or_reserved() -> None:
    """Used by tables, rules, queries or code, by another term in use, or marked with its future data."""
    dataset = find_dataset()
    triples = read_ontology(dataset.ontology)
    files = [
        dataset.data / "tables.json",
        *dataset.ontology.glob("rules/*.rq"),
        *dataset.queries.rglob("*.rq"),
    ]
    used = set().union(*(used_terms(p.read_text(encoding="utf-8")) for p in [*files, *SOURCE.rglob("*.py")]))
    used |= {
        PD + row["class"] for path in (dataset.data).rglob("*.csv") for row in _rows(path) if row.get("class")
    }
    reserved = {t.subject.value for t in triples if t.predicate.value == PD + "reserved"}
    ways = {PD + name for name in ("fromRole", "toRole", "directProperty")}
    ways |= {f"http://www.w3.org/2000/01/rdf-schema#{name}" for name in ("subClassOf", "subPropertyOf")}
    inverse = "http://www.w3.org/2002/07/owl#inverseOf"
    links = {(t.subject.value, t.object.value) for t in triples if t.predicate.value in ways and _named(t)}
    inverses = {
        (t.subject.value, t.object.value) for t in triples if t.predicate.value == inverse and _named(t)
    }
    links |= inverses | {(b, a) for a, b in inverses}
    used |= {t.predicate.value for t in triples}
    grown: set[str] = set()
    while used != grown:
        grown = set(used)
        used |= {b for a, b in links if a in grown}
    own = {iri for iri in defined_terms(triples) if iri.startswith(PD)}
    assert sorted(own - used - reserved) == []
    assert sorted(own & used & reserved) == [], "no longer reserved, since something uses it"


def _named(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode)


def test_no_term_is_typed_twice_in_the_code() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    names = re.findall(re.escape(PD) + r"([A-Za-z]\w*)", text)
    assert len(names) == len(set(names)), names


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
