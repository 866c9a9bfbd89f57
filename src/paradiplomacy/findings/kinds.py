"""What can be wrong with curated data: one class per kind, with a stable code and a remedy.

``docs/findings.md`` is generated from the docstrings here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Severity(StrEnum):
    """How grave a finding is; only violations stop a build."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, row or file. Rows are counted as a spreadsheet does: the header is row 1."""

    file: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file, str(self.row) if self.row else "", self.column or ""]
        return ":".join(parts).rstrip(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where, with what value, and what to do about it."""

    code: ClassVar[str] = "finding"
    remedy_template: ClassVar[str] = ""
    hides_rows: ClassVar[bool] = False
    """Whether rows could not be read, so that references to them cannot be judged."""

    place: Place
    problem: str
    value: str | None = None
    hint: str = ""
    severity: Severity = Severity.VIOLATION

    @property
    def remedy(self) -> str:
        """What to do, ending in a suggestion ("did you mean …") where there is one."""
        return (self.remedy_template + self.hint).strip()

    @property
    def name(self) -> str:
        """The stable code under which the finding is documented."""
        return self.code


class MissingFileFinding(Finding):
    """A table that the metadata describe is not in the data folder."""

    code = "missing-file"
    hides_rows = True
    remedy_template = "Restore the file, or remove its table from tables.json."


class UnknownFileFinding(Finding):
    """A CSV file in the data folder is described by no table, so nothing would read it."""

    code = "unknown-file"
    remedy_template = "Describe it in tables.json, or remove it."


class EmptyFileFinding(Finding):
    """The file has not even a header."""

    code = "empty-file"
    hides_rows = True
    remedy_template = "Start the file with its header."


class EncodingFinding(Finding):
    """The file is not UTF-8."""

    code = "encoding"
    hides_rows = True
    remedy_template = "Save the file as UTF-8."


class ByteOrderMarkFinding(Finding):
    """The file begins with a byte order mark, which would become part of the first column's name."""

    code = "byte-order-mark"
    remedy_template = "Save the file as UTF-8 without BOM, or run: paradiplomacy fmt."


class LineEndingFinding(Finding):
    """Lines end in CR LF or CR instead of LF."""

    code = "line-ending"
    remedy_template = "Save the file with LF line ends, or run: paradiplomacy fmt."


class QuoteFinding(Finding):
    """A quotation mark is not closed, or stands inside a quoted cell undoubled; what follows is not read."""

    code = "quotation-mark"
    hides_rows = True
    remedy_template = "Close the quotation mark, and double those inside a quoted cell."


class LineBreakFinding(Finding):
    """A cell contains a line break, which would make row numbers differ from line numbers."""

    code = "line-break"
    remedy_template = "Write the text on one line."


class MissingColumnFinding(Finding):
    """A column that the metadata name is not in the header."""

    code = "missing-column"
    hides_rows = True
    remedy_template = "Add the column."


class UnknownColumnFinding(Finding):
    """The header has a column that the metadata do not name."""

    code = "unknown-column"
    hides_rows = True
    remedy_template = "Remove the column or correct its name."


class ColumnOrderFinding(Finding):
    """The columns are all there, in another order than in the metadata."""

    code = "column-order"
    remedy_template = "Order the columns as in tables.json, or run: paradiplomacy fmt."


class CellCountFinding(Finding):
    """A row has more or fewer cells than the header."""

    code = "cell-count"
    hides_rows = True
    remedy_template = "Check the commas of the row; quote a cell that contains one."


class MissingValueFinding(Finding):
    """A required cell is empty."""

    code = "missing-value"
    remedy_template = "Fill the cell."


class DatatypeFinding(Finding):
    """A value is not of the column's datatype."""

    code = "datatype"
    remedy_template = "Correct the value."


class DateFinding(Finding):
    """A value is not a date in the Extended Date/Time Format (EDTF), or no such day exists."""

    code = "date"
    remedy_template = "Write 1982-04-20, 1982-04, 1982, 1982~ (about), 199X, [..1995] (by 1995) or 1990/1995."


class PatternFinding(Finding):
    """A value does not have the form that the column asks for."""

    code = "pattern"
    remedy_template = "Correct the value."


class SpaceFinding(Finding):
    """A value begins or ends with white space, or contains a control character."""

    code = "space"
    remedy_template = "Remove the surplus characters, or run: paradiplomacy fmt."


class CodeFinding(Finding):
    """A value is not in the standard code list that the column names."""

    code = "standard-code"
    remedy_template = "Look the code up."


class DuplicateKeyFinding(Finding):
    """Two rows have the same key."""

    code = "duplicate-key"
    remedy_template = "Give one of them another id, or merge the rows."


class UnknownIdFinding(Finding):
    """A cell refers to a record or a term that does not exist."""

    code = "unknown-id"
    remedy_template = "Add the record, or correct the id."


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeFinding(Finding):
    """The graph breaks a SHACL shape; the code is the name of the shape, the remedy is the shape's."""

    code: ClassVar[str] = "shape"

    shape: str
    component: str
    focus: str

    @property
    def name(self) -> str:
        """The shape's name, followed by the constraint component that failed."""
        return f"{self.shape}/{self.component}"
