"""The metadata compiled to statements: which column of which table yields which triple.

Follows *Generating RDF from Tabular Data on the Web* (csv2rdf, W3C 2015), minimal mode, with the
extensions of ``docs/tables.md``; a template with an empty cell yields no triple.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ..tables import Column, Table, template_variables
from ..tables.edtf import Days
from ..tables.metadata import XSD
from . import templates


@dataclass(frozen=True)
class Statement:
    """One triple per row, or per item of a list cell."""

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
        names = [*template_variables(self.column.value or ""), self.column.requires]
        keys = set(self.table.key)
        return next((name for name in names if name and name not in keys), None)

    @property
    def list_separator(self) -> str | None:
        """What separates the items of the cell, if it is a list."""
        return None if self.column.virtual else self.column.separator

    @property
    def variables(self) -> set[str]:
        """Columns that go into the URIs of subject and object."""
        return {*template_variables(self.subject), *template_variables(self.column.value or "")}

    @property
    def needs(self) -> set[str]:
        """Columns without which a row does not make the statement."""
        own = set() if self.column.virtual else {self.column.name}
        return self.variables | own | ({self.column.requires} if self.column.requires else set())

    def object_iri(self, unsafe: frozenset[str]) -> pl.Expr:
        """The object's IRI in each row that makes the statement, else null."""
        assert self.column.value is not None, "only a column with a valueUrl has IRIs as objects"
        return self._where_required(templates.expand(self.column.value, unsafe))

    def object_term(self, unsafe: frozenset[str], days: Days) -> pl.Expr:
        """The object as an N-Quads term in each row that makes the statement, else null."""
        return self._where_required(templates.join(self._object(unsafe, days)))

    def quad(self, graph: str, unsafe: frozenset[str], days: Days) -> pl.Expr:
        """The N-Quads line of each row that makes the statement, else null."""
        subject = templates.parts(self.subject, unsafe)
        line = ["<", *subject, f"> <{self.predicate}> ", *self._object(unsafe, days), f" <{graph}> ."]
        return self._where_required(templates.join(line))

    def items(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with the statement's list cell taken apart, one row per item."""
        if self.list_separator is None:
            return frame
        split = pl.col(self.column.name).str.split(self.list_separator)
        return frame.with_columns(split).explode(self.column.name, empty_as_null=True, keep_nulls=True)

    def _where_required(self, expression: pl.Expr) -> pl.Expr:
        if not self.column.requires:
            return expression
        return pl.when(pl.col(self.column.requires).is_not_null()).then(expression)

    def _object(self, unsafe: frozenset[str], days: Days) -> list[templates.Part]:
        column = self.column
        if column.value:
            return ["<", *templates.parts(column.value, unsafe), ">"]
        if self.predicate in (column.earliest, column.latest):
            return ['"', days.of_column(column.name, self.predicate == column.latest), f'"^^<{XSD}date>']
        lexical = _lexical(column.name, column.base)
        if column.lang_column:
            return ['"', lexical, '"@', pl.col(column.lang_column)]
        suffix = f'"@{column.lang}' if column.lang else f'"^^<{column.datatype}>' if column.datatype else '"'
        return ['"', lexical, suffix]


def statements(table: Table) -> Iterator[Statement]:
    """Every statement that the rows of a table make."""
    for column in table.columns:
        subject = column.about or table.about
        for predicate in (column.predicate, column.earliest, column.latest):
            if predicate:
                yield Statement(table, column, subject, predicate)


def date_columns(table: Table, frame: pl.DataFrame) -> list[pl.Series]:
    """The columns of which the bounds are stated; of lists, their items."""
    dated = [column for column in table.columns if column.earliest or column.latest]
    return [frame[c.name].str.split(c.separator).explode() if c.separator else frame[c.name] for c in dated]


def subjects(table: Table) -> set[str]:
    """Templates of everything that the table's rows are about."""
    return {statement.subject for statement in statements(table)}


def _lexical(name: str, base: str) -> pl.Expr:
    """The escaped lexical form; numbers lose a leading plus, booleans are spelt out."""
    text = pl.col(name)
    if base in ("integer", "nonNegativeInteger", "decimal"):
        return text.str.strip_prefix("+")
    if base == "boolean":
        return text.replace({"1": "true", "0": "false"})
    for character, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.str.replace_all(character, escape, literal=True)
    return text
