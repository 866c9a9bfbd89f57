"""What the metadata say about cells: required, datatype, form, code list, key, foreign key."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ..findings import Finding, Place, did_you_mean
from ..findings import kinds as k
from . import edtf
from .codes import code_list
from .metadata import Column, Table
from .reading import ROW, ReadTable

_FORMS = {
    "integer": r"^[+-]?\d+$",
    "nonNegativeInteger": r"^\+?\d+$",
    "decimal": r"^[+-]?(\d+(\.\d+)?|\.\d+)$",
    "boolean": r"^(true|false|1|0)$",
    "anyURI": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$",
}
_BARE_SPACE = r"^\s|\s$|[\x00-\x1f\x7f]"


def check_tables(tables: list[ReadTable]) -> list[Finding]:
    """Every finding that follows from the metadata, for all rows of all tables at once."""
    frames = {read.table.url: read.frame for read in tables}
    findings: list[Finding] = []
    for read in tables:
        for column in read.table.real_columns:
            findings += _check_column(read.table, column, read.frame)
        findings += _check_key(read.table, read.frame)
        findings += _check_foreign_keys(read.table, read.frame, frames)
    return findings


def values_of(column: Column, frame: pl.DataFrame) -> pl.DataFrame:
    """Two columns, ``__row`` and ``value``: one row per value, lists taken apart, nulls left out."""
    values = frame.select(ROW, value=pl.col(column.name))
    if column.separator:
        values = values.with_columns(pl.col("value").str.split(column.separator)).explode("value", empty_as_null=True, keep_nulls=True)
    return values.drop_nulls("value")


def _check_column(table: Table, column: Column, frame: pl.DataFrame) -> Iterable[Finding]:
    if column.required:
        for row in frame.filter(pl.col(column.name).is_null())[ROW]:
            yield k.MissingValueFinding(place=Place(table.url, row, column.name), problem="the cell is empty.")
    values = values_of(column, frame)
    yield from _where(k.SpaceFinding, table, column, values, pl.col("value").str.contains(_BARE_SPACE),
                      "{value!r} has surplus white space or control characters.")
    values = values.filter(~pl.col("value").str.contains(_BARE_SPACE))
    yield from _check_datatype(table, column, values)
    if column.pattern:
        yield from _where(k.PatternFinding, table, column, values, ~pl.col("value").str.contains(f"^(?:{column.pattern})$"),
                          "{value!r} does not have the form " + column.pattern.replace("{", "{{").replace("}", "}}") + ".")
    if column.code_list:
        codes = code_list(column.code_list)
        yield from _where(k.CodeFinding, table, column, values, ~pl.col("value").is_in(list(codes)),
                          "{value!r} is not a code of " + column.code_list + ".", codes)


def _check_datatype(table: Table, column: Column, values: pl.DataFrame) -> Iterable[Finding]:
    if column.is_date:
        yield from _where(k.DateFinding, table, column, values, ~edtf.is_valid(pl.col("value")), "{value!r} is not a date.")
    elif column.base == "date":
        wrong = pl.col("value").str.to_date("%Y-%m-%d", strict=False).is_null()
        yield from _where(k.DatatypeFinding, table, column, values, wrong, "{value!r} is not a date YYYY-MM-DD.")
    elif column.base in _FORMS:
        wrong = ~pl.col("value").str.contains(_FORMS[column.base])
        yield from _where(k.DatatypeFinding, table, column, values, wrong, "{value!r} is not of type " + column.base + ".")


def _check_key(table: Table, frame: pl.DataFrame) -> Iterable[Finding]:
    if not table.key:
        return
    twice = frame.filter(pl.struct(table.key).is_duplicated() & pl.all_horizontal(pl.col(table.key).is_not_null()))
    first: dict[tuple[str, ...], int] = {}
    for row in twice.select(ROW, *table.key).iter_rows():
        key = row[1:]
        if key in first:
            value = ", ".join(key)
            yield k.DuplicateKeyFinding(place=Place(table.url, row[0], table.key[0]), value=value,
                                        problem=f"{value!r} is already the key of row {first[key]}.")
        else:
            first[key] = row[0]


def _check_foreign_keys(table: Table, frame: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> Iterable[Finding]:
    for key in table.foreign_keys:
        if key.table not in frames:
            continue
        column = table.column(key.column)
        known = frames[key.table][key.key].drop_nulls().unique()
        yield from _where(k.UnknownIdFinding, table, column, values_of(column, frame),
                          ~pl.col("value").is_in(known.implode()), "{value!r} is not in " + key.table + ".", known)


def _where(kind: type[Finding], table: Table, column: Column, values: pl.DataFrame, wrong: pl.Expr,
           problem: str, known: Iterable[str] = ()) -> Iterable[Finding]:
    """One finding per value for which the expression holds, with a suggestion out of ``known``."""
    for row, value in values.filter(wrong).iter_rows():
        yield kind(place=Place(table.url, row, column.name), value=value,
                   problem=problem.format(value=value), hint=did_you_mean(value, known) if known is not () else "")
