"""Validation results, brought back to cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ..findings import Finding, Place, Severity, ShapeFinding
from ..mapping import CellFinder

ID = "/id/"


@dataclass(frozen=True)
class ValidationResult:
    """One result as SHACL defines it (section 3.6.2.1), whichever engine found it."""

    focus: str
    """The focus node as an N-Triples term."""
    path: str | None
    """The result path in SPARQL's syntax."""
    value: str | None
    """The value node as an N-Triples term."""
    component: str
    """Local name of the constraint parameter, such as ``minCount``."""
    shape: str
    severity: Severity
    message: str
    remedy: str = ""

    @property
    def identity(self) -> tuple[str, str | None, str | None, str]:
        """What the engines must agree on."""
        return self.focus, self.path, self.value, self.component


def to_findings(results: Iterable[ValidationResult], cells: CellFinder, fallback: str) -> list[Finding]:
    """Each result at the cell that it comes from; at ``fallback`` where no row is about its focus node."""
    return [_to_finding(result, cells, fallback) for result in results]


def _to_finding(result: ValidationResult, cells: CellFinder, fallback: str) -> Finding:
    focus = result.focus.strip("<>")
    predicate = result.path.strip("<>") if result.path and result.path.startswith("<") else None
    place = cells.place(focus, predicate, result.value) or Place(fallback)
    return ShapeFinding(
        place=place,
        severity=result.severity,
        shape=result.shape,
        component=result.component,
        focus=focus,
        value=readable(result.value),
        problem=f"{result.message} ({_about(result)})",
        hint=result.remedy,
    )


def _about(result: ValidationResult) -> str:
    value = readable(result.value)
    focus = readable(result.focus)
    return f"{focus}: {value}" if value and value != focus else f"{focus}"


def readable(term: str | None) -> str | None:
    """A term as a curator writes it: the id of a record, the text of a literal."""
    if term is None:
        return None
    if term.startswith("<"):
        return term.strip("<>").rsplit(ID, 1)[-1]
    if term.startswith('"'):
        parsed = ox.parse(f"<x:s> <x:p> {term} .", format=ox.RdfFormat.N_TRIPLES)
        literal = next(iter(parsed)).object
        return literal.value if isinstance(literal, ox.Literal) else term
    return term
