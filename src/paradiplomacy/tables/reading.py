"""A CSV file as a frame of strings, or the reasons why it cannot be read as a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import polars as pl

from ..findings import Finding, Place, did_you_mean
from ..findings import kinds as k
from .metadata import Table, TableGroup

BOM = b"\xef\xbb\xbf"
ROW = "__row"
"""Name of the added column that holds the spreadsheet row (the header is row 1)."""
SMALL = 200_000
"""Texts of fewer characters are read row by row: starting the columnar reader would take longer."""
_SOUND_LINE = r'^(?:[^",]*|"(?:[^"]|"")*")(?:,(?:[^",]*|"(?:[^"]|"")*"))*$'
"""A line that is one row, in which every quotation mark encloses a cell or stands doubled in one."""


@dataclass(frozen=True)
class ReadTable:
    """A table, its rows as strings (empty cells are null) with ``__row``, and what was wrong."""

    table: Table
    frame: pl.DataFrame
    findings: list[Finding] = field(default_factory=list)


def read_tables(group: TableGroup) -> tuple[list[ReadTable], list[Finding]]:
    """Read every table of a group; findings about files that are missing or undescribed come too."""
    findings: list[Finding] = []
    read = []
    for table in group:
        if (group.folder / table.url).is_file():
            read.append(read_table(table, (group.folder / table.url).read_bytes()))
        else:
            findings.append(k.MissingFileFinding(place=Place(table.url), problem="the file does not exist."))
    described = {table.url for table in group}
    for path in sorted(group.folder.rglob("*.csv")):
        url = path.relative_to(group.folder).as_posix()
        if url not in described:
            findings.append(k.UnknownFileFinding(place=Place(url), problem="no table describes this file."))
    return read, findings


def read_table(table: Table, content: bytes) -> ReadTable:
    """Read one table from bytes. The frame has all rows that are structurally sound."""
    findings = _byte_findings(table, content)
    if not content.removeprefix(BOM).strip():
        findings.append(k.EmptyFileFinding(place=Place(table.url), problem="the file is empty."))
        return ReadTable(table, _empty(table), findings)
    try:
        text = content.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        problem = f"byte {content[error.start]:#04x} is not valid UTF-8."
        return ReadTable(
            table, _empty(table), [*findings, k.EncodingFinding(place=Place(table.url, row), problem=problem)]
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        header = next(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        return ReadTable(table, _empty(table), [*findings, _quote_finding(table, 1, error)])
    header_findings = _header_findings(table, header)
    findings += header_findings
    if any(not isinstance(f, k.ColumnOrderFinding) for f in header_findings):
        return ReadTable(table, _empty(table), findings)
    frame, row_findings = _rows(table, header, text)
    return ReadTable(table, frame.select(ROW, *table.header), findings + row_findings)


def _byte_findings(table: Table, content: bytes) -> list[Finding]:
    findings: list[Finding] = []
    if content.startswith(BOM):
        findings.append(
            k.ByteOrderMarkFinding(
                place=Place(table.url, 1), problem="the file begins with a byte order mark."
            )
        )
    if b"\r" in content:
        row = content.count(b"\n", 0, content.index(b"\r")) + 1
        findings.append(k.LineEndingFinding(place=Place(table.url, row), problem="a line ends in CR."))
    return findings


def _header_findings(table: Table, header: list[str]) -> list[Finding]:
    findings: list[Finding] = []
    for name in table.header:
        if name not in header:
            findings.append(
                k.MissingColumnFinding(place=Place(table.url, 1, name), problem=f"column {name} is missing.")
            )
    missing = [name for name in table.header if name not in header]
    for i, name in enumerate(header):
        if name not in table.header or name in header[:i]:
            problem = f"column {name!r} is " + ("there twice." if name in header[:i] else "not described.")
            findings.append(
                k.UnknownColumnFinding(
                    place=Place(table.url, 1, name or None),
                    problem=problem,
                    value=name,
                    hint=did_you_mean(name, missing),
                )
            )
    if not findings and header != table.header:
        problem = f"the columns are ordered otherwise than {', '.join(table.header)}."
        findings.append(k.ColumnOrderFinding(place=Place(table.url, 1), problem=problem))
    return findings


def _rows(table: Table, header: list[str], text: str) -> tuple[pl.DataFrame, list[Finding]]:
    """The data rows; columnar unless the text is small, a row is ragged, or a cell has a line break."""
    if len(text) >= SMALL and _is_regular(text, len(header)):
        frame = pl.read_csv(
            io.BytesIO(text.encode()), infer_schema=False, row_index_name=ROW, row_index_offset=2
        )
        return frame.with_columns(pl.col(header).replace("", None)) if '""' in text else frame, []
    return _rows_one_by_one(table, header, text)


def _is_regular(text: str, width: int) -> bool:
    """Whether every line is one row with as many cells as the header (quoted lines are parsed)."""
    lines = text.removesuffix("\n").split("\n")
    unquoted = pl.Series([line for line in lines if '"' not in line], dtype=pl.String)
    if not (unquoted.str.count_matches(",", literal=True) == width - 1).all():
        return False
    quoted = [line for line in lines if '"' in line]
    if not pl.Series(quoted, dtype=pl.String).str.contains(_SOUND_LINE).all():
        return False
    return all(len(row) == width for row in csv.reader(quoted))


def _rows_one_by_one(table: Table, header: list[str], text: str) -> tuple[pl.DataFrame, list[Finding]]:
    findings: list[Finding] = []
    rows: list[list[str | int | None]] = []
    reader = csv.reader(io.StringIO(text), strict=True)
    next(reader)
    line = reader.line_num
    try:
        for cells in reader:
            row, line = line + 1, reader.line_num
            if len(cells) != len(header):
                problem = f"the row has {len(cells)} cells, the header has {len(header)}."
                findings.append(k.CellCountFinding(place=Place(table.url, row), problem=problem))
                continue
            for name, cell in zip(header, cells, strict=True):
                if "\n" in cell:
                    place = Place(table.url, row, name)
                    problem = "the cell contains a line break."
                    findings.append(k.LineBreakFinding(place=place, value=cell, problem=problem))
            rows.append([row, *(cell or None for cell in cells)])
    except csv.Error as error:
        findings.append(_quote_finding(table, line + 1, error))
    schema = {ROW: pl.UInt32, **dict.fromkeys(header, pl.String)}
    return pl.DataFrame(rows, schema=schema, orient="row"), findings


def _quote_finding(table: Table, row: int, error: csv.Error) -> Finding:
    return k.QuoteFinding(
        place=Place(table.url, row), problem=f"the row's quotation marks do not pair ({error})."
    )


def _empty(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema={ROW: pl.UInt32, **dict.fromkeys(table.header, pl.String)})
