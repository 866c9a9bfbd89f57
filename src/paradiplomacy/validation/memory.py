"""What was found last time, so that after a change only the queries that it can affect are asked again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from ..findings import Severity
from ..store import Change, Reads, reads, reads_from
from .results import ValidationResult

Results = list[ValidationResult]
Found = tuple[Reads, Results]
"""What the query reads besides what it names, and its results."""


class Memory:
    """The results of each query: those of last time where the change cannot affect them."""

    def __init__(self, known: dict[str, Found] | None = None, change: Change | None = None) -> None:
        self._known = known or {}
        self._change = change
        self._found: dict[str, Found] = {}
        self._new: dict[str, tuple[str, Results]] = {}
        """Queries that were not known, with what they found."""

    @classmethod
    def read(cls, text: str | bytes, change: Change) -> Memory:
        """What ``write`` wrote, and what has changed since; nothing if the text is damaged."""
        try:
            known = {key: _found(*fields) for key, fields in json.loads(text).items()}
        except (ValueError, TypeError, AttributeError, LookupError):
            known = {}
        return cls(known, change)

    def write(self) -> str:
        """All results as JSON, by a digest of the query that found them."""
        found = self._found | {key: (reads(query), results) for key, (query, results) in self._new.items()}
        return json.dumps(
            {key: (read, [asdict(result) for result in results]) for key, (read, results) in found.items()}
        )

    def recall(self, query: str, constraint: str) -> Results | None:
        """The query's results, if they are known; ``constraint`` is whatever else they are made of."""
        key = _key(query, constraint)
        known = self._known.get(key)
        if known is None or self._change is None or self._change.affects(query, known[0]):
            return None
        self._found[key] = known
        return known[1]

    def learn(self, query: str, constraint: str, results: Results) -> None:
        """Remember what a query found that could not be recalled."""
        key = _key(query, constraint)
        if key in self._known:
            self._found[key] = self._known[key][0], results
        else:
            self._new[key] = query, results


def _key(query: str, constraint: str) -> str:
    return hashlib.sha256(f"{query}\n{constraint}".encode()).hexdigest()[:20]


def _found(read: list[list[str]] | None, found: list[dict[str, Any]]) -> Found:
    return reads_from(read), [ValidationResult(**f | {"severity": Severity(f["severity"])}) for f in found]
