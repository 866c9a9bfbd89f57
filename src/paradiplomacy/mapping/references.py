"""References that lead nowhere: an IRI of the dataset or its ontology that nothing describes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import polars as pl

from ..findings import Finding, Place, did_you_mean
from ..findings.kinds import UnknownIdFinding
from ..tables import ROW, ReadTable, TableGroup
from . import templates
from .statements import Statement, statements


def unknown_iris(group: TableGroup, nquads: pl.Series, terms: Collection[str]) -> set[str]:
    """Objects in the dataset's namespace that are no subject of the quads and no term of the ontology."""
    lines = pl.DataFrame({"line": nquads})
    start = re.escape(group.iri)
    subjects = lines.select(iri=pl.col("line").str.extract(r"^<([^>]*)>"))
    objects = lines.select(iri=pl.col("line").str.extract(rf"^<[^>]*> <[^>]*> <({start}[^>]*)> <[^>]*> \.$"))
    unknown = objects.drop_nulls().unique().join(subjects, on="iri", how="anti")["iri"]
    return set(unknown) - set(terms)


def check_references(
    group: TableGroup, tables: list[ReadTable], nquads: pl.Series, terms: Collection[str]
) -> list[Finding]:
    """Find every cell whose URI lies in the dataset but is neither a row's subject nor a term.

    ``nquads`` is what the tables map to, ``terms`` the IRIs that the ontology defines.
    """
    unknown = unknown_iris(group, nquads, terms)
    if not unknown:
        return []
    known = sorted({*nquads.str.extract(r"^<([^>]*)>").unique(), *terms})
    findings: list[Finding] = []
    for read in tables:
        for statement in statements(read.table):
            if (statement.column.value or "").startswith(group.iri):
                uses = list(_uses(statement, read.frame, unknown))
                findings += _findings(statement, uses, known) if uses else []
    return findings


def _uses(statement: Statement, frame: pl.DataFrame, iris: set[str]) -> Iterator[tuple[int, str]]:
    """Rows in which a statement's object is one of the IRIs, each with the IRI."""
    items = statement.items(frame)
    unsafe = templates.unsafe_columns(items, statement.variables)
    objects = items.select(ROW, iri=statement.object_iri(unsafe))
    yield from objects.filter(pl.col("iri").is_in(list(iris))).iter_rows()


def _findings(statement: Statement, uses: list[tuple[int, str]], known: list[str]) -> Iterator[Finding]:
    start = templates.prefix(statement.column.value or "")
    endings = [iri.removeprefix(start) for iri in known if iri.startswith(start)]
    words = [ending for ending in endings if "#" not in ending]
    for row, iri in uses:
        word = iri.removeprefix(start)
        yield UnknownIdFinding(
            place=Place(statement.table.url, row, statement.cell),
            value=word,
            problem=f"{word!r} is not known.",
            hint=did_you_mean(word, words),
        )
