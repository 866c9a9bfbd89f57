"""Typed columns → canonical N-Quads, one vectorised string expression per statement."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ..tables import ROW, ReadTable, TableGroup
from ..tables.edtf import bounds
from ..tables.metadata import XSD
from . import templates
from .statements import Statement, statements

CSVW_DESCRIBES = "http://www.w3.org/ns/csvw#describes"


def graph_iri(group: TableGroup, name: str) -> str:
    """IRI of a named graph of the dataset: ``curated``, ``records``, ``derived`` or ``ontology``."""
    return f"{group.iri}graph/{name}"


def to_nquads(group: TableGroup, tables: Iterable[ReadTable]) -> pl.Series:
    """All quads of the tables as sorted, distinct lines without line end.

    The graph ``curated`` holds what the cells say, ``records`` which row describes which resource.
    """
    curated = f" <{graph_iri(group, 'curated')}> ."
    lines = []
    for read in tables:
        lines += [_quads(statement, read.frame, curated) for statement in statements(read.table)]
        lines.append(_records(group, read))
    everything = pl.concat([line for line in lines if len(line)]) if lines else pl.Series(dtype=pl.String)
    return everything.unique().sort()


def object_terms(statement: Statement, rows: pl.DataFrame) -> pl.Expr:
    """The statement's objects as N-Quads terms, for the rows that ``Statement.rows`` returned."""
    column = statement.column
    if column.value:
        return pl.concat_str(pl.lit("<"), templates.expand(column.value, rows), pl.lit(">"))
    if statement.predicate in (column.earliest, column.latest):
        day = bounds(pl.col(column.name))[statement.predicate == column.latest]
        return pl.concat_str(pl.lit('"'), day.dt.strftime("%Y-%m-%d"), pl.lit(f'"^^<{XSD}date>'))
    lexical = _lexical(column.name, column.base)
    if column.lang_column:
        return pl.concat_str(pl.lit('"'), lexical, pl.lit('"@'), pl.col(column.lang_column))
    suffix = f'"@{column.lang}' if column.lang else f'"^^<{column.datatype}>' if column.datatype else '"'
    return pl.concat_str(pl.lit('"'), lexical, pl.lit(suffix))


def _quads(statement: Statement, frame: pl.DataFrame, graph: str) -> pl.Series:
    rows = statement.rows(frame)
    subject = templates.expand(statement.subject, rows)
    line = pl.concat_str(
        pl.lit("<"), subject, pl.lit(f"> <{statement.predicate}> "), object_terms(statement, rows), pl.lit(graph)
    )
    return rows.select(line=line)["line"].drop_nulls()


def _records(group: TableGroup, read: ReadTable) -> pl.Series:
    row = pl.concat_str(pl.lit(f"<{group.iri}data/{read.table.url}#row="), pl.col(ROW), pl.lit(f"> <{CSVW_DESCRIBES}> <"))
    graph = pl.lit(f"> <{graph_iri(group, 'records')}> .")
    line = pl.concat_str(row, templates.expand(read.table.about, read.frame), graph)
    return read.frame.select(line=line)["line"].drop_nulls()


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
