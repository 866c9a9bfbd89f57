"""The canonical form of a table: UTF-8, LF, columns in order, rows sorted by key, minimal quotes."""

from __future__ import annotations

import csv
import io
import re

from .metadata import Table

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def canonical(table: Table, content: bytes) -> bytes:
    """Rewrite a table's bytes canonically, losing no cell.

    The caller makes sure that the table can be read (see ``read_table``): header complete, no ragged rows.
    """
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    rows = [[_clean(cell) for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    header, body = rows[0], rows[1:]
    order = [header.index(name) for name in table.header]
    body = [[row[i] for i in order] for row in body]
    keys = [table.header.index(name) for name in table.key]
    body.sort(key=lambda row: [row[i] for i in keys])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([table.header, *body])
    return out.getvalue().encode()


def _clean(cell: str) -> str:
    """One line, no surplus white space, no control characters."""
    return " ".join(_CONTROL.sub("", cell.replace("\t", " ").replace("\n", " ")).split())
