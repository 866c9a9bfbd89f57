"""A copy of the dataset that a test may spoil, and what was on disk before and after."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from paradiplomacy.cli import run
from paradiplomacy.dataset import Dataset, find_dataset
from paradiplomacy.tables.edtf import bounds

ROOT = Path(__file__).resolve().parent.parent

PARTNERS = """#+ summary: Partners of a place.
#+ description: Whom a place is joined with by a sister-city tie.
#+ parameters:
#+   place: { type: resource, description: A government., default: cn-yunnan }
#+   since: { type: date, description: A day., default: 1900-01-01 }
PREFIX id: <https://w3id.org/paradiplomacy/id/>
PREFIX pd: <https://w3id.org/paradiplomacy/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT DISTINCT ?partner WHERE {
  VALUES ?place { id:cn-yunnan }
  VALUES ?since { "1900-01-01"^^xsd:date }
  ?tie a pd:SisterCityTie ; pd:between ?place , ?partner .
  FILTER (?partner != ?place)
} ORDER BY ?partner
"""
TWINS = """#+ summary: Twins.
#+ description: Sister cities.
PREFIX pd: <https://w3id.org/paradiplomacy/ontology#>
SELECT ?source ?target WHERE {
  ?tie a pd:SisterCityTie ; pd:between ?source , ?target . FILTER (STR(?source) < STR(?target))
}
"""


@dataclass(frozen=True)
class Copy:
    """A dataset of its own."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def dataset(self) -> Dataset:
        return find_dataset(self.data)

    def rows(self, url: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO((self.data / url).read_text(encoding="utf-8"))))

    def write(self, url: str, rows: list[list[str]]) -> None:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        (self.data / url).write_text(out.getvalue(), encoding="utf-8", newline="")

    def set(self, url: str, row: int, **cells: str) -> None:
        """Set cells of a row, counted as a spreadsheet does."""
        rows = self.rows(url)
        for name, value in cells.items():
            rows[row - 1][rows[0].index(name)] = value
        self.write(url, rows)

    def first(self, url: str, *filled: str, empty: tuple[str, ...] = ()) -> int:
        """The first row in which some columns are filled and others empty."""
        header, *body = self.rows(url)
        for row, cells in enumerate(body, start=2):
            values = dict(zip(header, cells, strict=True))
            if all(values[name] for name in filled) and not any(values[name] for name in empty):
                return row
        raise LookupError(url)

    def metadata(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.data / "tables.json").read_text(encoding="utf-8"))
        return document

    def write_metadata(self, document: object) -> None:
        text = json.dumps(document, ensure_ascii=False, indent=1)
        (self.data / "tables.json").write_text(text, encoding="utf-8")


def table_of(document: dict[str, Any], url: str) -> dict[str, Any]:
    return next(table for table in document["tables"] if table["url"] == url)


KEPT = (
    "sources.csv", "superseded.csv", "actors/states.csv", "actors/governments.csv", "ties/sister_cities.csv",
    "names.csv", "statistics/observations.csv", "vocab/schemes.csv", "vocab/concepts.csv",
)  # fmt: skip


def reduced_dataset(target: Path) -> Copy:
    """A part of the real data that is valid by itself: states, governments, and what is about them."""
    copy = copy_dataset(target)
    document = copy.metadata()
    for table in document["tables"]:
        if table["url"] not in KEPT:
            (copy.data / table["url"]).unlink()
    copy.write_metadata(document | {"tables": [t for t in document["tables"] if t["url"] in KEPT]})
    known = {row[0] for url in KEPT[2:4] for row in copy.rows(url)}
    for url, columns in (
        ("names.csv", ["actor"]),
        # A missing figure has a status, which is no id either: its gap is recorded in a table that goes.
        (
            "statistics/observations.csv",
            ["subject", "partner", "base_subject", "dataset", "derived_from", "observation_status"],
        ),
        ("ties/sister_cities.csv", ["approved_by"]),
        ("superseded.csv", ["replaced_by"]),
    ):
        header, *body = copy.rows(url)
        about = [header.index(name) for name in columns]
        copy.write(url, [header, *(row for row in body if {row[i] for i in about} - {""} <= known)])
    return copy


def copy_dataset(target: Path) -> Copy:
    """The real data and ontology, with two queries of the tests' own."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, target / name)
    for folder, name, text in (
        ("questions", "test-partners-of", PARTNERS),
        ("networks", "test-twins", TWINS),
    ):
        (target / "queries" / folder).mkdir(exist_ok=True)
        (target / "queries" / folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return Copy(target)


def duplicate(copy: Copy, target: Path) -> Copy:
    shutil.copytree(copy.root, target)
    return Copy(target)


def fingerprint(*folders: Path) -> dict[str, str]:
    """Every file below some folders with the hash of its bytes."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run_ok(*arguments: str | Path) -> None:
    assert run([str(a) for a in arguments]) == 0


def day_bounds(text: str) -> tuple[date | None, date | None]:
    """The bounds of one EDTF string."""
    earliest, latest = bounds(pl.col("date"))
    return pl.DataFrame({"date": [text]}).select(a=earliest, b=latest).row(0)
