"""What was found last time, so that after a change only the queries that it can affect are asked again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from typing import Any

from ..findings import Severity
from .results import ValidationResult

Results = list[ValidationResult]
Found = tuple[bool, Results]
"""Whether the query is open, and its results."""

MANY = 20_000
"""A change of more quads is not looked at: asking everything anew is as fast."""

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LINE = re.compile(r"\S+ <([^>]*)> (?:<([^>]*)>)?")
_LOCAL = re.compile(r".*[#/]")
_IRI = re.compile(r"<[^<>\s]*>")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_ONE_OF = re.compile(r"VALUES ([?$]\w+) \{[^{}]*\} ([?$]\w+) a \1(?!\w)")
"""A class that is a variable, but one of those that stand before."""
_OPEN = re.compile(
    r"[?$]\w+\s+[?$]\w"  # ?s ?p: a variable as predicate, or as object after one
    r"|[;\[]\s*[?$]\w"  # ; ?p or [ ?p
    r"|[\w>]\s+[?$]\w+\s+(?:<|\w+:)"  # x:s ?p x:o
    r"|\ba\s+[?$]\w|(?<![?$:\w])a\s*[|/^)]|[|/^(!]\s*a\s"  # a ?class; types in a path
    r"|[)>\w][*?]\s"  # a path of no length leads from any node to itself
    r"|(?:[?$]\w+|>|:\w+)\s+\(*\s*!(?!=)|(?<!\|)[|/^]\s*\(*\s*!(?!=)"  # any predicate but some
)


class Change:
    """The quads in which two graphs differ, by their predicates and classes."""

    def __init__(self, before: bytes, after: bytes) -> None:
        old, new = set(before.splitlines()), set(after.splitlines())
        self._lines = (old - new) | (new - old)

    @cached_property
    def _forms(self) -> list[str]:
        """How queries write the predicates that were touched, and for types the classes."""
        found = [m for m in (_LINE.match(line.decode(errors="replace")) for line in self._lines) if m]
        # Types are mostly asked for as "a" with a class; who spells the predicate out may mean any class.
        names = {m[1] for m in found} | {m[2] for m in found if m[1] == _TYPE and m[2]}
        return [form for name in names for form in (f"<{name}>", f":{_LOCAL.sub('', name)}")]

    def affects(self, query: str, is_open: bool) -> bool:
        """Whether a query can have another answer than before; in doubt it can.

        A query that is not open reads no quads but those with a predicate, or of a class, that it names.
        """
        if not self._lines or len(self._lines) > MANY:
            return bool(self._lines)
        return is_open or any(form in query for form in self._forms)


class Memory:
    """The results of each query: those of last time where the change cannot affect them."""

    def __init__(self, known: dict[str, Found] | None = None, change: Change | None = None) -> None:
        self._known = known or {}
        self._change = change
        self._found: dict[str, Found] = {}

    @classmethod
    def read(cls, text: str | bytes, change: Change) -> Memory:
        """What ``write`` wrote, and what has changed since; nothing if the text is damaged."""
        try:
            known = {
                key: (bool(is_open), [_result(fields) for fields in found])
                for key, (is_open, found) in json.loads(text).items()
            }
        except (ValueError, TypeError, AttributeError, LookupError):
            known = {}
        return cls(known, change)

    def write(self) -> str:
        """All results as JSON, by a digest of the query that found them."""
        return json.dumps(
            {
                key: (is_open, [asdict(result) for result in found])
                for key, (is_open, found) in self._found.items()
            }
        )

    def results(self, query: str, constraint: str, ask: Callable[[], Results]) -> Results:
        """The query's results, remembered or asked for; ``constraint`` is whatever else they are made of."""
        key = hashlib.sha256(f"{query}\n{constraint}".encode()).hexdigest()[:20]
        known = self._known.get(key)
        if known is None or self._change is None or self._change.affects(query, known[0]):
            known = (known[0] if known else is_open(query), ask())
        self._found[key] = known
        return known[1]


def is_open(query: str) -> bool:
    """Whether a query may read quads with predicates, or of classes, that it does not name."""
    bare = _ONE_OF.sub(r"\2 a <>", _IRI.sub("<>", _TEXT.sub('""', query)))
    return _OPEN.search(bare.split("{", 1)[-1]) is not None


def _result(fields: dict[str, Any]) -> ValidationResult:
    return ValidationResult(**fields | {"severity": Severity(fields["severity"])})
