"""The answer to a query, wherever it was answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

if TYPE_CHECKING:
    import pandas
    import polars

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {f"{_XSD}integer": int, f"{_XSD}decimal": Decimal, f"{_XSD}double": float, f"{_XSD}float": float}

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


@dataclass(frozen=True)
class Result:
    """Rows of a SELECT, the truth of an ASK, or the triples of a CONSTRUCT or DESCRIBE."""

    variables: list[str] = field(default_factory=list)
    rows: list[tuple[Term, ...]] = field(default_factory=list)
    boolean: bool | None = None
    triples: list[ox.Triple] | None = None

    @property
    def form(self) -> str:
        """``select``, ``ask`` or ``graph``."""
        return "ask" if self.boolean is not None else "graph" if self.triples is not None else "select"

    def __len__(self) -> int:
        return len(self.rows if self.triples is None else self.triples)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows as dictionaries of Python values."""
        for row in self.rows:
            yield {name: to_python(term) for name, term in zip(self.variables, row, strict=True)}

    def to_polars(self) -> polars.DataFrame:
        """Rows as a Polars frame: IRIs and other text as strings, numbers and booleans typed."""
        import polars as pl

        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(self.variables)
        return pl.DataFrame(
            [_series(name, values) for name, values in zip(self.variables, columns, strict=True)]
        )

    def to_pandas(self) -> pandas.DataFrame:
        """Rows as a pandas frame (needs the extra ``paradiplomacy[pandas]``)."""
        return self.to_polars().to_pandas()


def to_python(term: Term) -> Any:
    """An IRI or other literal as str, a number or boolean as such, an unbound variable as None."""
    if isinstance(term, ox.Literal):
        if term.datatype.value == f"{_XSD}boolean":
            return term.value in ("true", "1")
        convert = _NUMBERS.get(term.datatype.value, str)
        return convert(term.value)
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term.value
    return None if term is None else str(term)


def from_oxigraph(
    answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | Iterable[ox.Triple],
) -> Result:
    """Wrap what pyoxigraph returns."""
    if isinstance(answer, ox.QueryBoolean):
        return Result(boolean=bool(answer))
    if isinstance(answer, ox.QuerySolutions):
        names = [variable.value for variable in answer.variables]
        return Result(names, [tuple(solution[i] for i in range(len(names))) for solution in answer])
    return Result(triples=list(answer))


def _series(name: str, terms: Iterable[Term]) -> polars.Series:
    import polars as pl

    values = [to_python(term) for term in terms]
    kinds = {type(value) for value in values if value is not None}
    if kinds == {Decimal} or (Decimal in kinds and kinds <= {Decimal, int, float}):
        values, kinds = [None if v is None else float(v) for v in values], {float}
    if len(kinds) > 1:
        values = [None if v is None else str(v) for v in values]
    return pl.Series(name, values, dtype=None if kinds else pl.String)
