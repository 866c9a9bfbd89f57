"""The metadata compiled to statements: which column of which table yields which triple.

Follows *Generating RDF from Tabular Data on the Web* (csv2rdf, W3C 2015), minimal mode, with the
extensions of ``docs/tables.md``; a template with an empty cell yields no triple.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ..tables import ROW, Column, Table
from . import templates


@dataclass(frozen=True)
class Statement:
    """One triple per row (or per item of a list cell)."""

    table: Table
    column: Column
    subject: str
    """URI template."""
    predicate: str

    @property
    def cell(self) -> str | None:
        """Name of the file's column that decides the object; None where it is the same in every row."""
        if not self.column.virtual:
            return self.column.name
        names = [*templates.variables(self.column.value or ""), self.column.requires]
        keys = set(self.table.key)
        return next((name for name in names if name and name not in keys), None)

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that yield the statement, list cells taken apart."""
        column = self.column
        if column.requires:
            frame = frame.filter(pl.col(column.requires).is_not_null())
        if column.virtual:
            return frame
        if column.separator:
            items = pl.col(column.name).str.split(column.separator)
            frame = frame.with_columns(items).explode(column.name, empty_as_null=True, keep_nulls=True)
        return frame.filter(pl.col(column.name).is_not_null())


def statements(table: Table) -> Iterator[Statement]:
    """Every statement that the rows of a table make."""
    for column in table.columns:
        subject = column.about or table.about
        for predicate in (column.predicate, column.earliest, column.latest):
            if predicate:
                yield Statement(table, column, subject, predicate)


def subjects(table: Table) -> set[str]:
    """Templates of everything that the table's rows are about."""
    return {statement.subject for statement in statements(table)}


__all__ = ["ROW", "Statement", "statements", "subjects"]
