"""What the metadata say about cells: required, datatype, form, code list, key, foreign key.

Columns that ask for the same are judged together, those of all tables at once; single columns
are looked at only where one of them fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
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
    """What must not hold of a column's values."""

    kind: type[Finding]
    wrong: Callable[[pl.Expr], pl.Expr]
    """From the values to the condition that is wrong; null counts as fine."""
    problem: str
    """Text in which ``{value}`` stands for the value."""
    known: Collection[str] = ()
    """Words among which a suggestion is looked for."""


@dataclass(frozen=True)
class _Place:
    """A column of a table, as it was read."""

    table: Table
    column: Column
    frame: pl.DataFrame

    def values(self) -> pl.DataFrame:
        """Row and value; one row per item of a list."""
        values = self.frame.select(ROW, value=pl.col(self.column.name))
        return _taken_apart(values, self.column.separator)


def check_tables(tables: list[ReadTable]) -> list[Finding]:
    """Every finding that follows from the metadata, for all rows of all tables at once."""
    places = [_Place(read.table, column, read.frame) for read in tables for column in read.table.real_columns]
    findings = list(_check_cells(places))
    findings += _check_foreign_keys(places, tables)
    for read in tables:
        findings += _check_key(read.table, read.frame)
    return findings


def _check_cells(places: list[_Place]) -> Iterator[Finding]:
    yield from _failures([p for p in places if p.column.required], _MISSING)
    filled = [p for p in places if p.frame[p.column.name].null_count() < len(p.frame)]
    yield from _failures(filled, _SPACED)
    alike: dict[tuple[str | None, str | None, str | None], list[_Place]] = {}
    for place in filled:
        column = place.column
        alike.setdefault((column.datatype, column.pattern, column.code_list), []).append(place)
    for group in alike.values():
        for check in _value_checks(group[0].column):
            yield from _failures(group, check)


def _check_foreign_keys(places: list[_Place], tables: list[ReadTable]) -> Iterator[Finding]:
    # Whether a key exists is not to be judged by a table of which rows could not be read.
    frames = {t.table.url: t.frame for t in tables if not any(finding.hides_rows for finding in t.findings)}
    alike: dict[tuple[str, str], list[_Place]] = {}
    for place in places:
        for key in place.table.foreign_keys:
            if key.column == place.column.name and key.table in frames:
                alike.setdefault((key.table, key.key), []).append(place)
    for (url, name), group in alike.items():
        known = frames[url][name].drop_nulls().unique().to_list()
        check = _Check(k.UnknownIdFinding, _is_outside(known), "{value!r} is not in " + url + ".", known)
        yield from _failures(group, check)


def _failures(places: list[_Place], check: _Check) -> Iterator[Finding]:
    """The findings of one check on many columns; one evaluation tells whether it fails at all."""
    by_separator: dict[str | None, list[_Place]] = {}
    for place in places:
        by_separator.setdefault(place.column.separator, []).append(place)
    for separator, group in by_separator.items():
        stacked = pl.concat([place.frame[place.column.name].rename("value") for place in group]).to_frame()
        if _taken_apart(stacked, separator).select(_condition(check).any()).item():
            for place in group:
                rows = place.values().filter(_condition(check))
                yield from (_finding(place, check, row, value) for row, value in rows.iter_rows())


def _condition(check: _Check) -> pl.Expr:
    """Cells with surplus space are reported as such only."""
    value = pl.col("value")
    is_judged = check in (_MISSING, _SPACED)
    return check.wrong(value) if is_judged else check.wrong(value) & ~_is_spaced(value)


def _taken_apart(values: pl.DataFrame, separator: str | None) -> pl.DataFrame:
    if separator is None:
        return values
    split = pl.col("value").str.split(separator)
    return values.with_columns(split).explode("value", empty_as_null=True, keep_nulls=True)


def _is_spaced(value: pl.Expr) -> pl.Expr:
    return value.str.contains(_BARE_SPACE)


_MISSING = _Check(k.MissingValueFinding, pl.Expr.is_null, "the cell is empty.")
_SPACED = _Check(k.SpaceFinding, _is_spaced, "{value!r} has surplus white space or control characters.")


def _value_checks(column: Column) -> Iterator[_Check]:
    """The checks that datatype, form and code list of a column ask for."""
    if column.is_date:
        yield _Check(k.DateFinding, _is_no_date, "{value!r} is not a date.")
    elif column.base == "date":
        yield _Check(k.DatatypeFinding, _is_no_day, "{value!r} is not a date YYYY-MM-DD.")
    elif column.base in _FORMS:
        problem = "{value!r} is not of type " + column.base + "."
        yield _Check(k.DatatypeFinding, _differs_from(_FORMS[column.base]), problem)
    if column.pattern:
        problem = "{value!r} does not have the form " + _literal(column.pattern) + "."
        yield _Check(k.PatternFinding, _differs_from(f"^(?:{column.pattern})$"), problem)
    if column.code_list:
        codes = code_list(column.code_list)
        problem = "{value!r} is not a code of " + column.code_list + "."
        yield _Check(k.CodeFinding, _is_outside(codes), problem, codes)


def _is_no_date(value: pl.Expr) -> pl.Expr:
    return ~edtf.is_valid(value)


def _is_no_day(value: pl.Expr) -> pl.Expr:
    return value.str.to_date("%Y-%m-%d", strict=False).is_null() & value.is_not_null()


def _differs_from(form: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda value: ~value.str.contains(form)


def _is_outside(known: Collection[str]) -> Callable[[pl.Expr], pl.Expr]:
    return lambda value: ~value.is_in(list(known))


def _finding(place: _Place, check: _Check, row: int, value: str | None) -> Finding:
    return check.kind(
        place=Place(place.table.url, row, place.column.name),
        value=value,
        problem=check.problem.format(value=value),
        hint=did_you_mean(value or "", check.known),
    )


def _check_key(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    key = pl.struct(table.key) if table.key else pl.lit(None)
    is_whole = pl.all_horizontal(pl.col(name).is_not_null() for name in table.key)
    if not table.key or not frame.select((key.is_duplicated() & is_whole).any()).item():
        return
    twice = frame.filter(key.is_duplicated() & is_whole)
    first: dict[tuple[str, ...], int] = {}
    for row in twice.select(ROW, *table.key).iter_rows():
        cells = row[1:]
        if cells in first:
            value = ", ".join(cells)
            yield k.DuplicateKeyFinding(
                place=Place(table.url, row[0], table.key[0]),
                value=value,
                problem=f"{value!r} is already the key of row {first[cells]}.",
            )
        else:
            first[cells] = row[0]


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
