"""Every citation leads somewhere in the plain texts of the two sources, used where they lie."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
LOST_HEADINGS = {"3.3.2", "3.3.2.1", "5.3", "5.5", "5.4.2.1", "4.3.3.2"}
"""Sections whose headings the plain text has lost; the text itself refers to them."""

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the sources' plain texts are not beside the checkout (shared/seeds)"
)


@cache
def text(source: str) -> str:
    return (SEEDS / f"{source}.txt").read_text(encoding="utf-8")


@cache
def flat(source: str) -> str:
    """The text on one line, hyphenation of line ends kept, spaces folded, case folded."""
    return re.sub(r"(?<=-) ", "", re.sub(r"\s+", " ", text(source))).casefold()


def rows(pattern: str = "**/*.csv") -> list[tuple[Path, int, dict[str, str]]]:
    found = []
    for path in sorted((ROOT / "data").glob(pattern)):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(path, i, row) for i, row in enumerate(csv.DictReader(file), 2)]
    return found


CITED = [(p, i, r) for p, i, r in rows() if r.get("source") in ("thesis", "chapter")]


def test_many_rows_are_cited() -> None:
    assert len(CITED) > 1500


@cache
def locator_exists(source: str, locator: str) -> bool:
    body = text(source)
    if locator == "Abstract":
        return locator in body
    if found := re.fullmatch(r"(Table|Figure) (\d+)([-.])(\d+)", locator):
        kind, chapter, mark, number = found.groups()
        return re.search(rf"{kind} ?{chapter}{re.escape(mark)} ?{number}\b", body) is not None
    if found := re.fullmatch(r"(\d+) box", locator):
        return re.search(rf"Chapter {found[1]}:", body) is not None
    section, _, footnote = locator.partition(" fn ")
    has_section = (
        section in LOST_HEADINGS
        or re.search(rf"(?m)^ *{re.escape(section)}\.? ", body) is not None
        or re.fullmatch(r"\d", section) is not None
    )
    return has_section and (
        not footnote or re.search(rf"(?m)(^ *{footnote} |\D{footnote}\D)", body) is not None
    )


@pytest.mark.parametrize("source", ["thesis", "chapter"])
def test_every_locator_exists(source: str) -> None:
    used = {row["locator"] for _, _, row in CITED if row["source"] == source}
    assert sorted(locator for locator in used if not locator_exists(source, locator)) == []


def test_every_printed_form_is_printed() -> None:
    missing = []
    for path, i, row in CITED:
        forms = [value for name, value in row.items() if name.endswith("_as_printed") and value]
        if path.name == "names.csv" and row["role"] == "as-printed":
            forms.append(row["text"])
        missing += [(path.name, i, form) for form in forms if form.casefold() not in flat(row["source"])]
    assert missing == []


def test_printed_tables_of_sister_cities_are_complete() -> None:
    """Thesis Tables 4-1 and 5-2, counted in the text: 15 and 12 rows, each with its full date."""
    ties = [row for _, _, row in rows("ties/sister_cities.csv")]
    for place, table, count in (("cn-zhejiang", "Table 4-1", 15), ("cn-yunnan", "Table 5-2", 12)):
        mine = [row for row in ties if row["a"] == place and row["locator"] == table]
        assert len(mine) == count
        for row in mine:
            assert re.search(row["start"], text("thesis")), row["id"]
