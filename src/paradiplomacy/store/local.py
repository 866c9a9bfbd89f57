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
    text = sparql.replace("\r\n", "\n").replace("\t", " ")
    found = _first_unreadable(text) or _furthest_read(error)
    if not found:
        return f"malformed SPARQL: {error}"
    row, column, reason = found
    lines = text.split("\n")
    line = lines[min(row, len(lines)) - 1]
    return f"malformed SPARQL at line {row}, column {column}: {reason}\n  {line}\n  {' ' * (column - 1)}^"


def _first_unreadable(sparql: str) -> tuple[int, int, str] | None:
    """Row, column and reason by rdflib's parser, which stops where the trouble begins; None without any."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parseQuery(sparql)
    except ParseException as error:
        word = re.match(r"\S+", error.pstr[error.loc :])
        reason = f"it cannot be read from {word[0]!r} on." if word else "it ends too early."
        return error.lineno, error.column, reason
    return None


def _furthest_read(error: str) -> tuple[int, int, str] | None:
    """Row, column and reason by Oxigraph's parser, which tells how far any reading got."""
    found = re.search(r"at (\d+):(\d+): ([\s\S]*)", error)
    return (int(found[1]), int(found[2]), _shortened(found[3])) if found else None


def read_query_text(path: Path) -> str:
    """The text of a query file. Raises EnvironmentFailureError or, if it is not UTF-8, WrongUsageError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EnvironmentFailureError(f"cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongUsageError(f"{path}: not UTF-8: {error.reason}. Save the file as UTF-8.") from error


def _shortened(reason: str) -> str:
    """The parser's list of what it expected, cut to what a person reads."""
    alternatives = reason.replace("\n", " ").removeprefix("expected one of ").split(", ")
    if explained := [text for text in alternatives if re.match("[A-Z][A-Za-z]+ [a-z]", text)]:
        return explained[0]  # such as "Prefix not found", among tokens that would not help
    if len(alternatives) <= EXPECTATIONS:
        return reason
    return f"expected one of {', '.join(alternatives[:EXPECTATIONS])} …"
