"""Typed columns → canonical N-Quads: one vectorised expression per statement, one pass per table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from ..tables import ROW, ReadTable, TableGroup
from ..tables.edtf import Days
from . import templates
from .statements import Statement, date_columns, statements

CSVW_DESCRIBES = "http://www.w3.org/ns/csvw#describes"


def graph_iri(group: TableGroup, name: str) -> str:
    """IRI of a named graph of the dataset: ``curated``, ``records``, ``derived`` or ``ontology``."""
    return f"{group.iri}graph/{name}"


def to_nquads(group: TableGroup, tables: Iterable[ReadTable]) -> pl.Series:
    """All quads of the tables as sorted, distinct lines without line end.

    The graph ``curated`` holds what the cells say, ``records`` which row describes which resource.
    """
    return merged(nquads_by_table(group, tables))


def nquads_by_table(group: TableGroup, tables: Iterable[ReadTable]) -> list[pl.Series]:
    """The quads of each table that has rows, as distinct lines."""
    tables = [read for read in tables if len(read.frame)]
    days = Days.of(column for read in tables for column in date_columns(read.table, read.frame))
    with ThreadPoolExecutor() as pool:
        return list(
            pool.map(lambda read: pl.concat(_table_lines(group, read, days)).drop_nulls().unique(), tables)
        )


def merged(parts: list[pl.Series]) -> pl.Series:
    """The lines of all tables, sorted and distinct."""
    return _together(parts).unique().sort()


def shared(parts: list[pl.Series]) -> pl.Series:
    """The lines that more than one table makes."""
    lines = _together(parts)
    return lines.filter(lines.is_duplicated()).unique()


def _together(parts: list[pl.Series]) -> pl.Series:
    return pl.concat(parts) if parts else pl.Series(dtype=pl.String)


def _table_lines(group: TableGroup, read: ReadTable, days: Days) -> Iterator[pl.Series]:
    graph = graph_iri(group, "curated")
    empty = {name for name in read.table.header if read.frame[name].null_count() == len(read.frame)}
    made = [statement for statement in statements(read.table) if not statement.needs & empty]
    lists = _columns_of_lists(read.frame, made)
    once = [statement for statement in made if statement.column.name not in lists]
    unsafe = templates.unsafe_columns(read.frame, {name for s in once for name in s.variables})
    lines = [statement.quad(graph, unsafe, days) for statement in once]
    lines.append(_record_line(group, read, unsafe))
    yield from read.frame.select(line.alias(str(i)) for i, line in enumerate(lines)).get_columns()
    for statement in made:
        if statement.column.name in lists:
            items = statement.items(read.frame)
            unsafe = templates.unsafe_columns(items, statement.variables)
            yield items.select(line=statement.quad(graph, unsafe, days))["line"]


def _columns_of_lists(frame: pl.DataFrame, made: list[Statement]) -> frozenset[str]:
    """Those columns of lists in which some cell has several items: the others need not be taken apart."""
    separators = {s.column.name: s.list_separator for s in made if s.list_separator}
    if not separators:
        return frozenset()
    several = frame.select(
        pl.col(name).str.contains(separator, literal=True).any() for name, separator in separators.items()
    )
    return frozenset(name for name in separators if several[name][0])


def _record_line(group: TableGroup, read: ReadTable, unsafe: frozenset[str]) -> pl.Expr:
    return templates.join(
        [
            f"<{group.iri}data/{read.table.url}#row=",
            pl.col(ROW).cast(pl.String),
            f"> <{CSVW_DESCRIBES}> <",
            *templates.parts(read.table.about, unsafe),
            f"> <{graph_iri(group, 'records')}> .",
        ]
    )
