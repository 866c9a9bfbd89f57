"""The rows of a network query as ties between two nodes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from ..findings import WrongUsageError
from ..queries import short
from ..store import Result, Term

ATTRIBUTES = ("start", "end", "layer", "tie")
"""What a query may return about a tie besides its weight, always as text."""


@dataclass(frozen=True, order=True)
class Tie:
    """One row: two nodes, a weight, and texts in the order of ATTRIBUTES (empty if unbound)."""

    source: str
    target: str
    weight: float
    texts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The tie's own id if the query returns ``?tie``, else nothing."""
        return self.texts[ATTRIBUTES.index("tie")]

    def turned(self) -> Tie:
        """The same tie told from its other end."""
        return replace(self, source=self.target, target=self.source)


def read_ties(result: Result, place: Path) -> list[Tie]:
    """The rows as ties, sorted, so that their order does not depend on the engine.

    Raises WrongUsageError if ?source or ?target is lacking or unbound, or a ?weight is not a
    positive number.
    """
    missing = sorted({"source", "target"} - set(result.variables))
    if missing:
        lacking = " and ".join(f"?{name}" for name in missing)
        raise WrongUsageError(f"{place}: a network query selects ?source and ?target; it lacks {lacking}.")
    return sorted(_tie(dict(zip(result.variables, row, strict=True)), place) for row in result.rows)


def without_mirrors(ties: Iterable[Tie]) -> list[Tie]:
    """Ties without direction, each from its alphabetically first end.

    A query may give each tie from both ends or from one. Rows that differ in nothing but the
    direction are therefore paired off: of n rows one way and m the other, max(n, m) remain.
    """
    forward = Counter(tie for tie in ties if tie.source <= tie.target)
    backward = Counter(tie.turned() for tie in ties if tie.source > tie.target)
    return sorted((forward | backward).elements())


def total_weight(ties: Iterable[Tie]) -> float:
    """Sum of weights; rows with the same ``?tie`` are one tie."""
    rows = list(ties)
    named = {tie.name: tie.weight for tie in sorted(rows) if tie.name}
    return math.fsum([*named.values(), *(tie.weight for tie in rows if not tie.name)])


def joined(ties: Iterable[Tie]) -> dict[str, str]:
    """The texts of parallel ties, each distinct one once; those that none has are left out."""
    columns = zip(*(tie.texts for tie in ties), strict=True)
    values = {name: sorted(set(column) - {""}) for name, column in zip(ATTRIBUTES, columns, strict=True)}
    return {name: "; ".join(texts) for name, texts in values.items() if texts}


def _tie(row: dict[str, Term], place: Path) -> Tie:
    source, target = row["source"], row["target"]
    if source is None or target is None:
        raise WrongUsageError(f"{place}: a row of the network leaves ?source or ?target unbound.")
    texts = tuple(short(row.get(name)) for name in ATTRIBUTES)
    return Tie(short(source), short(target), _weight(row.get("weight"), place), texts)


def _weight(term: Term, place: Path) -> float:
    if term is None:
        return 1.0
    try:
        weight = float(term.value) if isinstance(term, ox.Literal) else math.nan
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight > 0):
        raise WrongUsageError(f"{place}: ?weight is a positive number, not {short(term)!r}.")
    return weight
