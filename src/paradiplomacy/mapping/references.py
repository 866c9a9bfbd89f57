"""References that lead nowhere: an IRI of the dataset or its ontology that nothing describes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from ..findings import Finding, Place, did_you_mean
from ..findings.kinds import UnknownIdFinding
from ..tables import ROW, ReadTable, TableGroup
from . import templates
from .statements import Statement, statements, subjects


def check_references(group: TableGroup, tables: list[ReadTable], terms: Collection[str]) -> list[Finding]:
    """Find every cell whose URI lies in the dataset but is neither a row's subject nor a term.

    ``terms`` are the IRIs that the ontology defines.
    """
    known = pl.concat([_described(tables), pl.Series(sorted(terms), dtype=pl.String)])
    return [
        finding
        for read in tables
        for statement in statements(read.table)
        if (statement.column.value or "").startswith(group.iri)
        for finding in _dangling(statement, read.frame, known)
    ]


def _described(tables: list[ReadTable]) -> pl.Series:
    iris = [
        read.frame.select(iri=templates.expand(template, read.frame))["iri"].drop_nulls()
        for read in tables
        for template in subjects(read.table)
    ]
    return pl.concat(iris).unique() if iris else pl.Series(dtype=pl.String)


def _dangling(statement: Statement, frame: pl.DataFrame, known: pl.Series) -> Iterable[Finding]:
    template = statement.column.value or ""
    rows = statement.rows(frame)
    objects = rows.select(ROW, iri=templates.expand(template, rows)).drop_nulls()
    unknown = objects.filter(~pl.col("iri").is_in(known.implode()))
    if not len(unknown):
        return
    start = templates.prefix(template)
    words = [iri.removeprefix(start) for iri in known if iri.startswith(start) and "#" not in iri.removeprefix(start)]
    for row, iri in unknown.iter_rows():
        word = iri.removeprefix(start)
        yield UnknownIdFinding(
            place=Place(statement.table.url, row, statement.cell),
            value=word,
            problem=f"{word!r} is not known.",
            hint=did_you_mean(word, words),
        )
