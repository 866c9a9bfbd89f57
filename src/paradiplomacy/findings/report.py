"""Findings as text, JSON or GitHub annotations."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from .kinds import Finding, Severity


class _Graded(Protocol):
    @property
    def severity(self) -> Severity: ...


EXAMPLES_PER_KIND = 20
"""How many findings of one kind the text report shows before it only counts."""


def as_text(findings: Sequence[Finding], cap: int = EXAMPLES_PER_KIND) -> str:
    """One line per finding, ``file:row:column  severity code: problem. remedy``, capped per kind."""
    shown: Counter[str] = Counter()
    lines = []
    for finding in in_order(findings):
        shown[finding.name] += 1
        if shown[finding.name] <= cap:
            lines.append(
                f"{finding.place}  {finding.severity} {finding.name}: "
                f"{finding.problem} {finding.remedy}".rstrip()
            )
    lines += [f"… and {n - cap} more of {name}" for name, n in shown.items() if n > cap]
    return "\n".join(lines)


def as_json(findings: Sequence[Finding]) -> str:
    """Every finding as an object in a JSON array; nothing is capped."""
    return json.dumps([_as_object(f) for f in in_order(findings)], ensure_ascii=False, indent=2)


def as_github(findings: Sequence[Finding]) -> str:
    """GitHub workflow commands, which show each finding at its line of a pull request."""
    level = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
    return "\n".join(
        f"::{level[f.severity]} file={f.place.file},line={f.place.row or 1},title={f.name}::"
        + _escaped(f"{f.place.column or ''}: {f.problem} {f.remedy}".lstrip(": "))
        for f in in_order(findings)
    )


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, row, column and code, so that reports are reproducible."""
    return sorted(
        findings, key=lambda f: (f.place.file, f.place.row or 0, f.place.column or "", f.name, f.problem)
    )


def count_by_severity(findings: Iterable[_Graded]) -> dict[str, int]:
    """Number of findings of each severity, zeros included."""
    counts = Counter(f.severity for f in findings)
    return {severity.value: counts[severity] for severity in Severity}


def violations(findings: Iterable[Finding]) -> list[Finding]:
    """Those findings that stop a build."""
    return [f for f in findings if f.severity is Severity.VIOLATION]


def _as_object(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.name,
        "severity": finding.severity.value,
        "file": finding.place.file,
        "row": finding.place.row,
        "column": finding.place.column,
        "value": finding.value,
        "problem": finding.problem,
        "remedy": finding.remedy,
    }


def _escaped(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
