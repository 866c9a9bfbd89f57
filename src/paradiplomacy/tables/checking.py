"""What the metadata say about cells: required, datatype, form, code list, key, foreign key.

All checks of a table are evaluated in one pass; rows are looked at only where one fails.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from ..findings import Finding, Place, did_you_mean
from ..findings import kinds as k
from . import edtf
from .codes import code_list
from .metadata import Column, Table
from .reading import ROW, ReadTable

_FORMS = {
    "integer": r"^[+-]?[0-9]+$",
    "nonNegativeInteger": r"^\+?[0-9]+$",
    "decimal": r"^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)$",
    "boolean": r"^(true|false|1|0)$",
    "anyURI": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$",
}
_BARE_SPACE = r"^\s|\s$|[\x00-\x09\x0b-\x1f\x7f]"
"""Line breaks inside a cell are found when the file is read."""


@dataclass(frozen=True)
class _Check:
    """What must not hold of the values of a column."""

    kind: type[Finding]
    column: Column
    wrong: pl.Expr
    problem: str
    """Text in which ``{value}`` stands for the value."""
    known: Collection[str] = ()
    """Words among which a suggestion is looked for."""


def check_tables(tables: list[ReadTable]) -> list[Finding]:
    """Every finding that follows from the metadata, for all rows of all tables at once."""
    # Whether a key exists is not to be judged by a table of which rows could not be read.
    frames = {
        read.table.url: read.frame
        for read in tables
        if not any(finding.hides_rows for finding in read.findings)
    }
    return [finding for read in tables for finding in _check_table(read, frames)]


def _check_table(read: ReadTable, frames: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    table, frame = read.table, read.frame
    checks = [check for column in table.real_columns for check in _cell_checks(column)]
    checks += _foreign_key_checks(table, frames)
    yield from _failures(table, frame, [check for check in checks if not check.column.separator])
    for column in table.real_columns:
        if column.separator:
            yield from _failures(
                table, _items(frame, column), [check for check in checks if check.column == column]
            )
    yield from _check_key(table, frame)


def _items(frame: pl.DataFrame, column: Column) -> pl.DataFrame:
    """One row per item of a list column."""
    assert column.separator is not None, "a list column has a separator"
    split = pl.col(column.name).str.split(column.separator)
    return frame.select(ROW, split).explode(column.name, empty_as_null=True, keep_nulls=True)


def _cell_checks(column: Column) -> Iterator[_Check]:
    value = pl.col(column.name)
    if column.required:
        yield _Check(k.MissingValueFinding, column, value.is_null(), "the cell is empty.")
    spaced = value.str.contains(_BARE_SPACE)
    yield _Check(k.SpaceFinding, column, spaced, "{value!r} has surplus white space or control characters.")
    yield from (
        _Check(c.kind, column, ~spaced & c.wrong, c.problem, c.known) for c in _value_checks(column, value)
    )


def _value_checks(column: Column, value: pl.Expr) -> Iterator[_Check]:
    if column.is_date:
        yield _Check(k.DateFinding, column, ~edtf.is_valid(value), "{value!r} is not a date.")
    elif column.base == "date":
        wrong = value.str.to_date("%Y-%m-%d", strict=False).is_null() & value.is_not_null()
        yield _Check(k.DatatypeFinding, column, wrong, "{value!r} is not a date YYYY-MM-DD.")
    elif column.base in _FORMS:
        wrong = ~value.str.contains(_FORMS[column.base])
        yield _Check(k.DatatypeFinding, column, wrong, "{value!r} is not of type " + column.base + ".")
    if column.pattern:
        wrong = ~value.str.contains(f"^(?:{column.pattern})$")
        yield _Check(
            k.PatternFinding,
            column,
            wrong,
            "{value!r} does not have the form " + _literal(column.pattern) + ".",
        )
    if column.code_list:
        codes = code_list(column.code_list)
        wrong = ~value.is_in(list(codes))
        yield _Check(
            k.CodeFinding, column, wrong, "{value!r} is not a code of " + column.code_list + ".", codes
        )


def _foreign_key_checks(table: Table, frames: dict[str, pl.DataFrame]) -> Iterator[_Check]:
    for key in table.foreign_keys:
        if key.table in frames:
            known = frames[key.table][key.key].drop_nulls().unique().to_list()
            wrong = ~pl.col(key.column).is_in(known)
            column = table.column(key.column)
            yield _Check(k.UnknownIdFinding, column, wrong, "{value!r} is not in " + key.table + ".", known)


def _failures(table: Table, frame: pl.DataFrame, checks: list[_Check]) -> Iterator[Finding]:
    """The findings of checks on one frame; one evaluation tells which checks fail at all."""
    verdicts = frame.select(
        check.wrong.any().fill_null(False).alias(str(i)) for i, check in enumerate(checks)
    )
    for check, failed in zip(checks, verdicts.row(0), strict=True):
        if failed:
            rows = frame.filter(check.wrong).select(ROW, check.column.name)
            yield from (_finding(table, check, row, value) for row, value in rows.iter_rows())


def _finding(table: Table, check: _Check, row: int, value: str | None) -> Finding:
    return check.kind(
        place=Place(table.url, row, check.column.name),
        value=value,
        problem=check.problem.format(value=value),
        hint=did_you_mean(value or "", check.known),
    )


def _check_key(table: Table, frame: pl.DataFrame) -> Iterable[Finding]:
    if not table.key:
        return
    twice = frame.filter(
        pl.struct(table.key).is_duplicated() & pl.all_horizontal(pl.col(table.key).is_not_null())
    )
    first: dict[tuple[str, ...], int] = {}
    for row in twice.select(ROW, *table.key).iter_rows():
        key = row[1:]
        if key in first:
            value = ", ".join(key)
            yield k.DuplicateKeyFinding(
                place=Place(table.url, row[0], table.key[0]),
                value=value,
                problem=f"{value!r} is already the key of row {first[key]}.",
            )
        else:
            first[key] = row[0]


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
