"""An Oxigraph store as a graph that can be asked."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from ..findings import EnvironmentFailureError, WrongUsageError
from .results import Result, from_oxigraph


EXPECTATIONS = 8
"""How many alternatives a syntax message lists."""


class LocalGraph:
    """Answers SPARQL over the union of all named graphs, so that asserted and derived triples meet."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    @classmethod
    def open(cls, folder: Path) -> LocalGraph:
        """Open a store on disk for reading.

        Raises EnvironmentFailureError if the folder holds no readable store.
        """
        try:
            return cls(ox.Store.read_only(str(folder)))
        except OSError as error:
            raise EnvironmentFailureError(
                f"cannot open the store {folder}: {error}. Run: paradiplomacy build."
            ) from error

    def query(self, sparql: str) -> Result:
        """Answer a query. Raises WrongUsageError with line and column if it is malformed."""
        try:
            return from_oxigraph(self.store.query(sparql, use_default_graph_as_union=True))
        except SyntaxError as error:
            raise WrongUsageError(syntax_message(sparql, str(error))) from error
        except (ValueError, OSError, RuntimeError) as error:
            raise WrongUsageError(f"the query cannot be answered: {error}") from error


def syntax_message(sparql: str, error: str) -> str:
    """Where a query is malformed, with the line itself and a mark under the place."""
    found = re.search(r"at (\d+):(\d+)", error)
    if not found:
        return f"malformed SPARQL: {error}"
    row, column = int(found[1]), int(found[2])
    lines = sparql.splitlines() or [""]
    line = lines[min(row, len(lines)) - 1]
    reason = _shortened(error.split(": ", 1)[-1])
    return f"malformed SPARQL at line {row}, column {column}: {reason}\n  {line}\n  {' ' * (column - 1)}^"


def _shortened(reason: str) -> str:
    """The parser's list of what it expected, cut to what a person reads."""
    alternatives = reason.replace("\n", " ").split(", ")
    return reason if len(alternatives) <= EXPECTATIONS else ", ".join(alternatives[:EXPECTATIONS]) + " …"
