"""Back from the graph to the cell: the mapping, inverted."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ..findings import Place
from ..tables import ROW, ReadTable
from ..tables.edtf import Days
from . import templates
from .statements import Statement, date_columns, statements, subjects


class CellFinder:
    """Finds the cell that a node, property or value of the curated graph comes from."""

    def __init__(self, tables: list[ReadTable]) -> None:
        # The table's own subject first, then nodes that hang on it, such as citations.
        self._subjects = [
            (read, template)
            for read in tables
            for template in sorted(subjects(read.table), key=lambda t: t != read.table.about)
        ]
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[int]]] = {}

    def place(self, focus: str, predicate: str | None = None, term: str | None = None) -> Place | None:
        """The place of a statement about ``focus``; of its row where no column makes such a statement.

        ``term`` is the object as an N-Quads term; it decides between several columns. None if no
        row is about the focus node.
        """
        fallback = None
        for read, rows, template in self._described(focus):
            fallback = fallback or Place(read.table.url, rows[ROW][0])
            candidates = [
                s for s in statements(read.table) if s.subject == template and s.predicate == predicate
            ]
            if candidates:
                row, statement = self._choose(candidates, rows, term)
                return Place(read.table.url, row, statement.cell)
        return fallback

    def _described(self, focus: str) -> Iterator[tuple[ReadTable, pl.DataFrame, str]]:
        for read, template in self._subjects:
            values = templates.match(template, focus)
            if values:
                places = self._index(read, tuple(values)).get(tuple(values.values()), [])
                if places:
                    yield read, read.frame[places], template

    def _index(self, read: ReadTable, names: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
        """Where each combination of values of some columns stands in a table; made once."""
        key = (read.table.url, names)
        if key not in self._indexes:
            index: dict[tuple[str, ...], list[int]] = {}
            for place, values in enumerate(read.frame.select(names).iter_rows()):
                index.setdefault(values, []).append(place)
            self._indexes[key] = index
        return self._indexes[key]

    @staticmethod
    def _choose(candidates: list[Statement], rows: pl.DataFrame, term: str | None) -> tuple[int, Statement]:
        if len(candidates) == len(rows) == 1:
            return rows[ROW][0], candidates[0]
        for statement in candidates:
            items = statement.items(rows)
            unsafe = templates.unsafe_columns(items, statement.variables)
            days = Days.of(date_columns(statement.table, items))
            terms = items.select(ROW, term=statement.object_term(unsafe, days)).drop_nulls()
            hit = terms.filter(pl.col("term") == term) if term else terms
            if len(hit):
                return hit[ROW][0], statement
        return rows[ROW][0], candidates[0]
