"""Dates, reading and the canonical form, against independent readers: edtf, csvw, Python's csv."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from time import struct_time
from unittest import mock

import csvw
import polars as pl
import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures import ROOT, day_bounds
from paradiplomacy.dataset import find_dataset
from paradiplomacy.findings import Finding
from paradiplomacy.tables import (
    ROW,
    Column,
    ReadTable,
    Table,
    canonical,
    check_tables,
    read_metadata,
    read_table,
    reading,
)
from paradiplomacy.tables.edtf import bounds, is_valid

# ---------------------------------------------------------------- EDTF

YEARS = st.integers(1, 9999)
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


@st.composite
def edtf_dates(draw: st.DrawFn, qualifiers: str = "?~%") -> str:
    day = draw(DAYS)
    text = draw(
        st.sampled_from(
            [
                f"{day:%Y-%m-%d}".zfill(10),
                f"{day:%Y-%m}".zfill(7),
                f"{day.year:04}",
                f"{max(day.year, 10):04}"[:3] + "X",
                f"{max(day.year, 100):04}"[:2] + "XX",
                f"{day.year:04}-XX",
                f"{day.year:04}-{day.month:02}-XX",
                f"{day.year:04}-XX-XX",
            ]
        )
    )
    return text + draw(st.sampled_from(["", "", *qualifiers]))


def as_date(moment: object) -> date | None:
    return date(*moment[:3]) if isinstance(moment, struct_time) else None


def independent_bounds(text: str) -> tuple[date | None, date | None]:
    parsed = parse_edtf(text)
    return as_date(parsed.lower_strict()), as_date(parsed.upper_strict())


def judged(texts: list[str]) -> list[tuple[bool, date | None, date | None]]:
    """Whether each text is a date, and its bounds."""
    column = pl.col("t")
    earliest, latest = bounds(column)
    return pl.DataFrame({"t": texts}).select(v=is_valid(column), a=earliest, b=latest).rows()


def valid(text: str) -> bool:
    return judged([text])[0][0]


BATCHES = settings(max_examples=6, deadline=None)


@given(st.lists(edtf_dates(), min_size=1, max_size=30))
@BATCHES
def test_bounds_of_dates(texts: list[str]) -> None:
    assert judged(texts) == [(True, *independent_bounds(text)) for text in texts]
    assert day_bounds(texts[0]) == independent_bounds(texts[0])


@given(st.lists(st.tuples(edtf_dates(), edtf_dates()), min_size=1, max_size=12))
@BATCHES
def test_bounds_of_intervals(pairs: list[tuple[str, str]]) -> None:
    for (one, other), (is_date, *found) in zip(
        pairs, judged([f"{one}/{other}" for one, other in pairs]), strict=True
    ):
        earliest, latest = independent_bounds(one)[0], independent_bounds(other)[1]
        assert earliest is not None
        assert latest is not None
        assert is_date == (earliest <= latest)
        assert found == [earliest, latest]


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from([4, 7, 10])), min_size=1, max_size=30))
@BATCHES
def test_bounds_of_intervals_that_the_library_reads_whole(pairs: list[tuple[date, date, int]]) -> None:
    texts = ["/".join(str(day)[:length] for day in sorted((a, b))) for a, b, length in pairs]
    assert judged(texts) == [(True, *independent_bounds(text)) for text in texts]


@given(st.lists(edtf_dates(), min_size=1, max_size=20))
@BATCHES
def test_bounds_of_open_intervals(texts: list[str]) -> None:
    ends = [independent_bounds(text) for text in texts]
    # An unknown end bounds nothing; the library edtf supposes ten years there.
    for mark in ("..", ""):
        assert judged([f"{text}/{mark}" for text in texts]) == [(True, first, None) for first, _ in ends]
        assert judged([f"{mark}/{text}" for text in texts]) == [(True, None, last) for _, last in ends]
    for text in ("1990/..", "../1990-02", "1990-02-03/.."):
        assert judged([text]) == [(True, *independent_bounds(text))]


@given(st.lists(st.tuples(YEARS, YEARS), min_size=1, max_size=3))
@BATCHES
def test_bounds_of_one_of(pairs: list[tuple[int, int]]) -> None:
    texts = [
        text
        for low, high in map(sorted, pairs)
        for text in (f"[{low:04}..{high:04}]", f"[..{low:04}]", f"[{low:04}..]")
    ]
    assert judged(texts) == [(True, *independent_bounds(text)) for text in texts]


@pytest.mark.parametrize(
    "text",
    ["1982-13-40", "spring 1982", "1982-02-30", "1900-02-29", "1982-00", "82", "1982/04/20", "20.4.1982",
     "1982-4-2", "..", "/", "../..", "[]", "[1990]", "1990..1995", "X990", "199x", "1982 ", "1990//1995",
     "~1990", "y1990",
     "１９９０", "1982-04-31/1990", "1990/1982-04-31", "1990/1980", "[1995..1990]", "1982-21"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert not valid(text)


@given(st.lists(st.text(alphabet="123456789-X/.[]~?%", max_size=22), min_size=1, max_size=30))
@BATCHES
def test_every_text_is_judged_without_failing(texts: list[str]) -> None:
    earliest, latest = bounds(pl.col("t"))
    frame = pl.DataFrame({"t": texts}).select(v=is_valid(pl.col("t")), ordered=earliest <= latest)
    assert frame["v"].null_count() == 0
    assert frame.filter("v")["ordered"].all()


# ---------------------------------------------------------------- reading: the real data


def test_real_data_are_read_as_csvw_reads_them() -> None:
    group = read_metadata(find_dataset().data)
    independent = {
        table.local_name: table for table in csvw.TableGroup.from_file(group.folder / "tables.json").tables
    }
    assert set(independent) == {table.url for table in group}
    for table in group:
        frame = read_table(table, (group.folder / table.url).read_bytes()).frame
        theirs = list(independent[table.url].iterdicts(with_metadata=True, strict=False))
        assert len(frame) == len(theirs)
        for ours, (_, line, values) in zip(frame.iter_rows(named=True), theirs, strict=True):
            assert ours[ROW] == line
            for column in table.real_columns:
                text = ours[column.name]
                value = values[column.name]
                if column.separator:
                    assert (text.split(column.separator) if text else []) == value
                elif column.base == "decimal":
                    assert (None if text is None else float(text)) == (
                        None if value is None else float(value)
                    )
                elif column.base in ("integer", "nonNegativeInteger"):
                    assert (None if text is None else int(text)) == value
                elif column.base == "boolean":
                    assert {"true": True, "false": False, None: None}[text] == value
                else:
                    assert text == value, (table.url, line, column.name)


def test_real_data_are_canonical() -> None:
    group = read_metadata(ROOT / "data")
    for table in group:
        content = (group.folder / table.url).read_bytes()
        assert canonical(table, content) == content, table.url


# ---------------------------------------------------------------- reading and writing: any cells

NAMES = ("id", "text", "note")


def table_with(names: tuple[str, ...] = NAMES, key: tuple[str, ...] = ("id",)) -> Table:
    columns = tuple(Column(name, predicate=f"https://x.org/{name}") for name in names)
    return Table(url="t.csv", about="https://x.org/{id}", key=key, columns=columns)


TABLE = table_with()
ONE_LINE = st.text(
    alphabet=st.one_of(
        st.sampled_from(",\"'; |\\#中文，“”🙂é "),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=12,
)
ANY_TEXT = st.text(
    alphabet=st.one_of(st.sampled_from(',"\n\r\t\x00 中x'), st.characters(exclude_categories=["Cs"])),
    max_size=8,
)


def as_csv(rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    return out.getvalue().encode()


def read_both_ways(table: Table, content: bytes) -> ReadTable:
    """Read by columns, as a large table is, and row by row, as a small one is: the same comes out."""
    by_rows = read_table(table, content)
    with mock.patch.object(reading, "SMALL", 0):
        by_columns = read_table(table, content)
    assert by_columns.findings == by_rows.findings
    assert by_columns.frame.equals(by_rows.frame)
    return by_rows


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


@given(
    st.lists(st.lists(ONE_LINE, min_size=3, max_size=3), max_size=6),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(max_examples=100, deadline=None)
def test_reading_gives_the_cells_that_were_written(rows: list[list[str]], quoting: int) -> None:
    read = read_both_ways(TABLE, as_csv([list(NAMES), *rows], quoting))
    assert read.findings == []
    assert read.frame.rows() == [(i, *(cell or None for cell in row)) for i, row in enumerate(rows, start=2)]


@given(st.lists(ONE_LINE, max_size=6))
@settings(max_examples=80, deadline=None)
def test_reading_one_column(cells: list[str]) -> None:
    read = read_both_ways(table_with(("id",)), as_csv([["id"], *([cell] for cell in cells)]))
    assert read.findings == []
    assert read.frame["id"].to_list() == [cell or None for cell in cells]


@given(st.lists(st.lists(ANY_TEXT, min_size=3, max_size=3), max_size=5))
@settings(max_examples=80, deadline=None)
def test_line_breaks_are_found_and_the_cells_still_read(rows: list[list[str]]) -> None:
    content = as_csv([list(NAMES), *rows], csv.QUOTE_ALL)
    read = read_both_ways(TABLE, content)
    text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    expected = list(csv.reader(io.StringIO(text)))[1:]
    assert [row[1:] for row in read.frame.rows()] == [tuple(cell or None for cell in row) for row in expected]
    broken = [name for row in expected for name, cell in zip(NAMES, row, strict=True) if "\n" in cell]
    assert [f.place.column for f in read.findings if f.code == "line-break"] == broken
    assert set(codes(read.findings)) <= {"line-break", "line-ending"}


@given(st.text(alphabet='ab,"\n', max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_text_is_misread_in_silence(body: str) -> None:
    """Whatever stands in the file, it is read as Python's csv reads it, or found to be wrong."""
    text = ",".join(NAMES) + "\n" + body
    read = read_both_ways(TABLE, text.encode())
    if read.findings:
        return
    assert [row[1:] for row in read.frame.rows()] == [
        tuple(cell or None for cell in row) for row in list(csv.reader(io.StringIO(text), strict=True))[1:]
    ]


@given(
    st.lists(st.lists(ONE_LINE, min_size=1, max_size=5), min_size=1, max_size=8).filter(
        lambda rows: any(len(row) != 3 for row in rows)
    )
)
@settings(max_examples=80, deadline=None)
def test_ragged_rows_are_always_found(rows: list[list[str]]) -> None:
    read = read_both_ways(TABLE, as_csv([list(NAMES), *rows]))
    ragged = [i for i, row in enumerate(rows, start=2) if len(row) != 3]
    assert [(f.code, f.place.row) for f in read.findings] == [("cell-count", row) for row in ragged]
    assert [row[0] for row in read.frame.rows()] == [
        i for i, row in enumerate(rows, start=2) if len(row) == 3
    ]


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_found_wrong(content: bytes) -> None:
    read = read_both_ways(TABLE, content)
    assert read.frame.columns == [ROW, *NAMES]
    assert read.findings


def tidy(cell: str) -> str:
    """What canonical cells are: no control characters, white space as single spaces."""
    spaced = "".join(" " if c in "\t\n\r" else "" if c < " " or c == "\x7f" else c for c in cell)
    return " ".join(spaced.split())


@given(st.lists(st.lists(ANY_TEXT, min_size=3, max_size=3), max_size=6), st.permutations(range(3)))
@settings(max_examples=100, deadline=None)
def test_canonical_is_idempotent_and_loses_no_cell(rows: list[list[str]], order: list[int]) -> None:
    shuffled = [[row[i] for i in order] for row in [list(NAMES), *rows]]
    once = canonical(TABLE, as_csv(shuffled, csv.QUOTE_ALL))
    assert canonical(TABLE, once) == once
    header, *body = csv.reader(io.StringIO(once.decode()))
    assert header == list(NAMES)
    assert body == sorted(body, key=lambda row: row[0])
    assert sorted(body) == sorted([tidy(cell) for cell in row] for row in rows)
    read = read_table(TABLE, once)
    assert read.findings == []
    assert "space" not in codes(check_tables([read]))


def test_canonical_keeps_the_order_of_rows_with_the_same_key() -> None:
    content = b"id,text,note\nb,1,\na,2,\nb,0,\n"
    assert canonical(TABLE, content) == b"id,text,note\na,2,\nb,1,\nb,0,\n"


def test_metadata_are_read_whole() -> None:
    document = json.loads((ROOT / "data" / "tables.json").read_text(encoding="utf-8"))
    group = read_metadata(ROOT / "data")
    assert [t["url"] for t in document["tables"]] == [t.url for t in group]
    for node, table in zip(document["tables"], group, strict=True):
        assert [c["name"] for c in node["tableSchema"]["columns"]] == [c.name for c in table.columns]


def test_a_file_longer_than_the_csv_field_limit(tmp_path: Path) -> None:
    content = b'id,text,note\na,"' + b"x" * 200_000 + b",\n"
    assert codes(read_table(TABLE, content).findings) == ["quotation-mark"]
