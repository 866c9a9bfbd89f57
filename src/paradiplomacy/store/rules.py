"""Derivation rules: SPARQL CONSTRUCT queries applied until nothing new follows.

A rule that negates or counts comes after all rules that derive what it reads: nothing is taken back.
What each rule derived is remembered, so that after a change only the rules that it can reach run again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ..findings import WrongUsageError
from .change import Change
from .lines import spliced
from .local import read_query_text, syntax_message
from .reads import Reads, reads, reads_from

_TEMPLATE = re.compile(r"\bCONSTRUCT\s*\{[^{}]*\}", re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """One file of the folder of rules."""

    name: str
    text: str

    @property
    def condition(self) -> str:
        """The text without its template: what says from what the rule derives."""
        return _TEMPLATE.sub("", self.text, count=1)

    def construct(self, store: ox.Store) -> ox.QueryTriples:
        """All that follows now. Raises WrongUsageError if the text is no CONSTRUCT query."""
        try:
            answer = store.query(self.text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise WrongUsageError(f"rule {self.name}: {syntax_message(self.text, str(error))}") from error
        if not isinstance(answer, ox.QueryTriples):
            raise WrongUsageError(f"rule {self.name} is not a CONSTRUCT query.")
        return answer


class Derivations:
    """What each rule derives, by its name: lines of N-Triples, those that are asserted too included."""

    def __init__(
        self, rules: list[Rule], lines: dict[str, set[bytes]], reads: dict[str, Reads] | None = None
    ) -> None:
        self.rules = rules
        self.lines = lines
        self._reads = reads

    @classmethod
    def read(cls, text: bytes, rules: list[Rule]) -> Derivations:
        """What ``write`` wrote of the same rules.

        Raises ValueError, LookupError or TypeError if the text is damaged.
        """
        known = json.loads(text)
        lines = {rule.name: set(known["lines"][rule.name].encode().splitlines()) for rule in rules}
        return cls(rules, lines, {rule.name: reads_from(known["reads"][rule.name]) for rule in rules})

    def write(self) -> bytes:
        """As JSON."""
        lines = {name: b"\n".join(sorted(found)).decode() for name, found in self.lines.items()}
        return json.dumps({"lines": lines, "reads": self.reads}, ensure_ascii=False).encode()

    @property
    def reads(self) -> dict[str, Reads]:
        """What each rule reads; worked out when it is first asked for."""
        if self._reads is None:
            self._reads = {rule.name: reads(rule.text) for rule in self.rules}
        return self._reads

    def of(self, rules: Iterable[Rule]) -> set[bytes]:
        """What any of some rules derives."""
        return set().union(*(self.lines[rule.name] for rule in rules))


class DerivedGraph:
    """The named graph of what is derived but not asserted; its triples are lines of N-Triples.

    ``nquads`` is what the store holds of it already, as sorted lines.
    """

    def __init__(self, store: ox.Store, graph: str, nquads: bytes = b"") -> None:
        self.store = store
        self.lost: set[ox.Quad] = set()
        self.gained: set[ox.Quad] = set()
        """What is no longer and what is newly in the graph."""
        self._name = ox.NamedNode(graph)
        self._nquads = nquads

    def __len__(self) -> int:
        return self._nquads.count(b"\n") + len(self.gained) - len(self.lost)

    def add(self, lines: Iterable[bytes]) -> None:
        """Add those triples that no graph holds."""
        added = {quad for quad in self._quads(lines) if not self._is_held(quad)}
        self.store.extend(added)
        self.gained |= added - self.lost
        self.lost -= added

    def remove(self, lines: Iterable[bytes]) -> None:
        """Take triples out; those that are asserted stay asserted."""
        removed = {quad for quad in self._quads(lines) if quad in self.store}
        for quad in removed:
            self.store.remove(quad)
        self.lost |= removed - self.gained
        self.gained -= removed

    def nquads(self) -> bytes:
        """The graph as sorted lines of N-Quads."""
        lost, gained = ({f"{quad} .\n".encode() for quad in quads} for quads in (self.lost, self.gained))
        return spliced(self._nquads, lost, gained)

    def _quads(self, lines: Iterable[bytes]) -> list[ox.Quad]:
        text = b"\n".join(lines)
        triples = ox.parse(text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        return [ox.Quad(t.subject, t.predicate, t.object, self._name) for t in triples]

    def _is_held(self, quad: ox.Quad) -> bool:
        found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return next(found, None) is not None


def read_rules(folder: Path) -> list[Rule]:
    """The rules of a folder, in the order in which they run."""
    return [Rule(path.name, read_query_text(path)) for path in sorted(folder.glob("*.rq"))]


def apply_rules(derived: DerivedGraph, rules: list[Rule]) -> Derivations:
    """Add to the derived graph all that the rules derive."""
    return Derivations(rules, _until_nothing_follows(derived, rules))


def update_derivations(
    derived: DerivedGraph, last: Derivations, removed: set[bytes], added: set[bytes]
) -> tuple[Derivations, Change] | None:
    """Bring the derived graph up to date after asserted triples were removed and added in the store.

    The outcome is that of ``apply_rules``, and all triples that changed, asserted or derived; None if
    the rules come to depend on one another otherwise than before, so that all must run.

    Rules that feed one another are a stratum. What it derived is withdrawn before it runs again, lest
    two statements that follow from one another keep each other alive (delete and rederive: Gupta,
    Mumick and Subrahmanian, "Maintaining views incrementally", SIGMOD 1993).
    """
    rules = last.rules
    derived.remove(added)  # they are asserted now
    derived.add(removed & last.of(rules))  # they may still follow
    change = Change(removed | added, derived.store)
    if not _reaches(change, rules, last):
        return last, change
    now = Derivations(rules, dict(last.lines), last.reads)
    done: list[Rule] = []
    for stratum, is_fed_by_itself in _strata(derived.store, last):
        if _reaches(change, stratum, last):
            others = now.of(rule for rule in rules if rule not in stratum)
            before = now.of(stratum) - others
            if is_fed_by_itself:
                derived.remove(before)
                now.lines |= _until_nothing_follows(derived, stratum)
            else:
                now.lines |= {rule.name: _lines(rule.construct(derived.store)) for rule in stratum}
                derived.remove(before - now.of(stratum))
                derived.add(now.of(stratum) - before)
            moved = before ^ (now.of(stratum) - others)
            earlier = done if is_fed_by_itself else [*done, *stratum]
            if _reaches(Change(moved, derived.store), earlier, last):
                return None
            change = Change(change.lines | moved, derived.store)
        done += stratum
    return now, change


def _until_nothing_follows(derived: DerivedGraph, rules: list[Rule]) -> dict[str, set[bytes]]:
    """What each rule derives when none derives anything more."""
    found: dict[str, set[bytes]] = {rule.name: set() for rule in rules}
    while True:
        before = len(derived)
        for rule in rules:
            lines = _lines(rule.construct(derived.store))
            derived.add(lines - found[rule.name])
            found[rule.name] = lines
        if len(derived) == before:
            return found


def _strata(store: ox.Store, last: Derivations) -> list[tuple[list[Rule], bool]]:
    """The rules in their order, those together of which a later one fed an earlier one last time.

    With each stratum, whether it feeds itself.
    """
    strata: list[tuple[list[Rule], bool]] = []
    for rule in last.rules:
        output = Change(last.lines[rule.name], store)
        fed = (i for i, (stratum, _) in enumerate(strata) if _reaches(output, stratum, last))
        first = next(fed, len(strata))
        merged = [earlier for stratum, _ in strata[first:] for earlier in stratum]
        strata[first:] = [([*merged, rule], bool(merged) or _reaches(output, [rule], last))]
    return strata


def _reaches(change: Change, rules: Collection[Rule], last: Derivations) -> bool:
    """Whether a change can change what any of the rules derives."""
    return any(change.affects(rule.condition, last.reads[rule.name]) for rule in rules)


def _lines(triples: Iterable[ox.Triple]) -> set[bytes]:
    content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(content, bytes), "serialized to memory"
    return set(content.splitlines())
