"""Extended Date/Time Format (ISO 8601-2; Library of Congress EDTF) as Polars expressions.

Covered: dates of any precision with ``?``, ``~`` or ``%``; unspecified digits (``199X``,
``1992-XX``); intervals, closed, open or unknown at one end (``1990/1995``, ``1990/..``, ``/1995``);
"one of" with a bound left open (``[..1995]``, ``[1990..]``, ``[1990..1995]``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

_DAY = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_UNSPECIFIED = r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-XX|[0-9]{4}-(?:0[1-9]|1[0-2])-XX|[0-9]{4}-XX-XX"
_DATE = rf"(?:{_DAY}|{_UNSPECIFIED})[?~%]?"
_INTERVAL = rf"(?:{_DATE})?/{_DATE}|{_DATE}/(?:\.\.)?|\.\./{_DATE}"
_ONE_OF = rf"\[(?:{_DATE})?\.\.{_DATE}\]|\[{_DATE}\.\.\]"

PATTERN = rf"^(?:{_DATE}|{_INTERVAL}|{_ONE_OF})$"


def is_valid(column: pl.Expr) -> pl.Expr:
    """True where a string is a date of the covered part of EDTF and its days exist."""
    ends = [_end(column, 0), _end(column, 1)]
    days_exist = [
        end.is_null()
        | ~end.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        | end.str.to_date("%Y-%m-%d", strict=False).is_not_null()
        for end in ends
    ]
    earliest, latest = bounds(column)
    ordered = (earliest <= latest).fill_null(True)
    return column.str.contains(PATTERN) & days_exist[0] & days_exist[1] & ordered


def bounds(column: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Earliest and latest day that each value allows, as ``pl.Date``; null at an open or unknown end.

    Approximation (``~``) and uncertainty (``?``) do not widen the bounds: they qualify the
    statement, and by how much is the reader's to judge.
    """
    return _first_day(_end(column, 0)), _last_day(_end(column, 1))


@dataclass(frozen=True)
class Days:
    """The bounds of many values, worked out once: the expressions are long, and tables share dates."""

    values: pl.Series
    earliest: pl.Series
    latest: pl.Series
    """As ``YYYY-MM-DD``."""

    @classmethod
    def of(cls, columns: Iterable[pl.Series]) -> Days:
        """The bounds of every value of some columns."""
        values = pl.concat([pl.Series(dtype=pl.String), *columns]).drop_nulls().unique().rename("value")
        earliest, latest = (day.dt.strftime("%Y-%m-%d") for day in bounds(pl.col("value")))
        ends = values.to_frame().select(earliest=earliest, latest=latest)
        return cls(values, ends["earliest"], ends["latest"])

    def of_column(self, name: str, latest: bool) -> pl.Expr:
        """The earliest or latest day of each value of a column; null where it has none."""
        days = self.latest if latest else self.earliest
        return pl.col(name).replace_strict(self.values, days, default=None, return_dtype=pl.String)


def _end(column: pl.Expr, which: int) -> pl.Expr:
    """One end of an interval or set without qualifier; of a single date, the date itself."""
    body = column.str.strip_chars("[]").str.replace_many(["?", "~", "%"], [""])
    one_of = body.str.replace("..", "/", literal=True)
    marked = pl.when(column.str.starts_with("[")).then(one_of).otherwise(body)
    parts = marked.str.split("/")
    end = parts.list.get(which, null_on_oob=True) if which == 0 else parts.list.last()
    return pl.when(end.is_in(["", ".."])).then(None).otherwise(end)


def _first_day(end: pl.Expr) -> pl.Expr:
    text = end.str.strip_suffix("-XX").str.strip_suffix("-XX").str.replace_all("X", "0", literal=True)
    padded = pl.concat_str(
        text,
        pl.when(text.str.len_chars() == 4)
        .then(pl.lit("-01-01"))
        .otherwise(pl.when(text.str.len_chars() == 7).then(pl.lit("-01")).otherwise(pl.lit(""))),
    )
    return padded.str.to_date("%Y-%m-%d", strict=False)


def _last_day(end: pl.Expr) -> pl.Expr:
    text = end.str.strip_suffix("-XX").str.strip_suffix("-XX").str.replace_all("X", "9", literal=True)
    year = pl.concat_str(text, pl.lit("-12-31")).str.to_date("%Y-%m-%d", strict=False)
    month = pl.concat_str(text, pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    day = text.str.to_date("%Y-%m-%d", strict=False)
    length = text.str.len_chars()
    return pl.when(length == 4).then(year).when(length == 7).then(month).otherwise(day)
