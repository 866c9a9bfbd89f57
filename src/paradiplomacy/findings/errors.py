"""Failures that end a command, each with the exit code that tells a script what kind it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .kinds import Finding

SIMILAR_ENOUGH = 60
"""From which similarity on (0 to 100, by edits that join two words) a known word is suggested."""


class ParadiplomacyError(Exception):
    """Base of every failure that a user can do something about; never shown with a traceback."""

    exit_code = 1


class InvalidDataError(ParadiplomacyError):
    """The data are invalid: carries every finding."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} finding(s)")
        self.findings = findings


class WrongUsageError(ParadiplomacyError):
    """The request cannot be understood: unknown name, malformed query, unusable option."""

    exit_code = 2


class EnvironmentFailureError(ParadiplomacyError):
    """Something outside the data is missing: a folder, an endpoint, Java, permission to write."""

    exit_code = 3


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean …?"`` for the closest known words, or an empty string."""
    from rapidfuzz import fuzz, process

    found = process.extract(word, sorted(known), scorer=fuzz.ratio, limit=3, score_cutoff=SIMILAR_ENOUGH)
    return f" Did you mean {' or '.join(text for text, *_ in found)}?" if found else ""
