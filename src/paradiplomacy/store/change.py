"""The quads in which two graphs differ, and which queries that can affect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from functools import cached_property

import pyoxigraph as ox

from .reads import TYPE, Read, Reads

MANY = 50_000
"""A change of more quads is not looked at: asking everything anew is as fast."""

_LINE = re.compile(r"\S+ <([^>]*)> (?:<([^>]*)>)?")
_LOCAL = re.compile(r".*[#/:]")


class Change:
    """Lines of N-Quads or N-Triples that are in one graph and not in the other.

    ``store`` holds either graph: what binds the predicate of a query is looked up in it, and where that
    has changed itself, the query is affected anyway.
    """

    def __init__(self, lines: Set[bytes], store: ox.Store) -> None:
        self.lines = lines
        self._store = store

    @classmethod
    def between(cls, before: bytes, after: bytes, store: ox.Store) -> Change:
        """The difference of two graphs as N-Quads."""
        return cls(set(before.splitlines()) ^ set(after.splitlines()), store)

    @cached_property
    def _touched(self) -> list[tuple[str, str]]:
        """Predicate, and object where it is a resource, of each line, once."""
        found = (_LINE.match(line.decode(errors="replace")) for line in self.lines)
        return sorted({(m[1], m[2] or "" if m[1] == TYPE else "") for m in found if m})

    @cached_property
    def _names(self) -> dict[str, re.Pattern[str]]:
        """How queries write the predicates touched, and for types the classes; by their last part."""
        # Types are mostly asked for as "a" with a class; who spells the predicate out may mean any class.
        names = {name for pair in self._touched for name in pair if name}
        return {
            last: re.compile(rf"[#/:]{re.escape(last)}(?:>|(?![\w-]))")
            for last in {_LOCAL.sub("", name) for name in names}
        }

    def affects(self, query: str, reads: Reads) -> bool:
        """Whether a query can have another answer than before; in doubt it can."""
        if not self.lines or len(self.lines) > MANY:
            return bool(self.lines)
        if reads is None or any(last in query and name.search(query) for last, name in self._names.items()):
            return True
        return any(self._is_read(predicate, reads) for predicate in {p for p, _ in self._touched})

    def _is_read(self, predicate: str, reads: Iterable[Read]) -> bool:
        node = ox.NamedNode(predicate)
        for how, name, end in reads:
            if how == "type" and predicate == TYPE:
                return True
            if how == "is" and name == predicate:
                return True
            if how == "to" and self._holds(node, ox.NamedNode(name), ox.NamedNode(end)):
                return True
            binder = ox.NamedNode(name) if how == "near" else None
            if binder and (self._holds(node, binder, None) or self._holds(None, binder, node)):
                return True
        return False

    def _holds(self, s: ox.NamedNode | None, p: ox.NamedNode, o: ox.NamedNode | None) -> bool:
        return next(self._store.quads_for_pattern(s, p, o, None), None) is not None
