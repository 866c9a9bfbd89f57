"""What is wrong and where: kinds of findings, reports, and the failures that end a command."""

from .errors import (
    EnvironmentFailureError,
    InvalidDataError,
    ParadiplomacyError,
    WrongUsageError,
    did_you_mean,
)
from .kinds import Finding, Place, Severity, ShapeFinding
from .report import FORMATS, count_by_severity, in_order, violations

__all__ = [
    "FORMATS",
    "EnvironmentFailureError",
    "Finding",
    "InvalidDataError",
    "ParadiplomacyError",
    "Place",
    "Severity",
    "ShapeFinding",
    "WrongUsageError",
    "count_by_severity",
    "did_you_mean",
    "in_order",
    "violations",
]
