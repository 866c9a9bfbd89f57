"""The CSVW metadata (``tables.json``) as plain objects.

Implements the part of *Metadata Vocabulary for Tabular Data* (W3C, 2015) that curated tables
need, and the extension properties documented in ``docs/tables.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from ..findings import EnvironmentFailureError, WrongUsageError, did_you_mean

EXTENSION = "https://w3id.org/paradiplomacy/csvw#"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_DATATYPES = {
    "string": None,
    "integer": f"{XSD}integer",
    "nonNegativeInteger": f"{XSD}nonNegativeInteger",
    "decimal": f"{XSD}decimal",
    "boolean": f"{XSD}boolean",
    "date": f"{XSD}date",
    "anyURI": f"{XSD}anyURI",
}


@dataclass(frozen=True)
class Column:
    """One column of a table, or a virtual column that only adds a statement per row."""

    name: str
    virtual: bool = False
    required: bool = False
    base: str = "string"
    datatype: str | None = None
    """IRI of the literals' datatype; None for plain strings."""
    pattern: str | None = None
    lang: str | None = None
    separator: str | None = None
    about: str | None = None
    """URI template of the subject, where it differs from the table's."""
    predicate: str | None = None
    """IRI of the predicate; None where the column yields no statement."""
    value: str | None = None
    """URI template of the object; None for a literal object."""
    requires: str | None = None
    """Extension: the statement is made only where this other column has a value."""
    lang_column: str | None = None
    """Extension: the column that holds the literal's language tag."""
    earliest: str | None = None
    """Extension: predicate for the earliest day that an EDTF value allows (xsd:date)."""
    latest: str | None = None
    """Extension: predicate for the latest day that an EDTF value allows (xsd:date)."""
    code_list: str | None = None
    """Extension: the maintained code list that values are checked against."""
    titles: str = ""
    description: str = ""

    @property
    def is_date(self) -> bool:
        """Whether values are EDTF dates."""
        return self.datatype == EDTF


@dataclass(frozen=True)
class ForeignKey:
    """Values of a column are keys of another table."""

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class Table:
    """One CSV file and what its columns mean."""

    url: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    title: str = ""
    description: str = ""

    @property
    def header(self) -> list[str]:
        """Names of the columns that the file has, in order."""
        return [c.name for c in self.columns if not c.virtual]

    @property
    def real_columns(self) -> list[Column]:
        """The columns that the file has."""
        return [c for c in self.columns if not c.virtual]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(c for c in self.columns if c.name == name)


@dataclass(frozen=True)
class TableGroup:
    """All tables of a dataset, and where they are."""

    folder: Path
    iri: str
    tables: tuple[Table, ...]
    properties: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def table(self, url: str) -> Table:
        """The table with that relative path."""
        return next(t for t in self.tables if t.url == url)


def read_metadata(folder: Path) -> TableGroup:
    """Read ``tables.json`` of a data folder.

    Raises EnvironmentFailureError if folder or file is missing, WrongUsageError if the metadata
    themselves are malformed (with the line where JSON ends making sense, or the table's name).
    """
    path = folder / "tables.json"
    if not path.is_file():
        missing = f"no tables.json in {folder}" if folder.is_dir() else f"no data folder {folder}"
        raise EnvironmentFailureError(
            f"{missing}. Point --data to a folder with CSV files and their tables.json."
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise WrongUsageError(f"{path}: not valid JSON: {error}") from error
    try:
        tables = tuple(_table(node) for node in document["tables"])
        properties = {k: v for k, v in document.items() if k not in ("@context", "@id", "tables")}
        group = TableGroup(folder, document["@id"], tables, properties)
    except KeyError as error:
        raise WrongUsageError(f"{path}: missing property {error}.") from error
    except (TypeError, AttributeError) as error:
        raise WrongUsageError(f"{path}: not the structure of CSVW metadata: {error}.") from error
    _verify_references(group)
    return group


def template_variables(template: str) -> list[str]:
    """Names of the variables of a URI template (RFC 6570, level 1)."""
    return re.findall(r"{\+?([^{}]+)}", template)


def _table(node: dict[str, Any]) -> Table:
    url = node["url"]
    try:
        schema = node["tableSchema"]
        key = schema.get("primaryKey", ())
        table = Table(
            url=url,
            about=schema["aboutUrl"],
            key=(key,) if isinstance(key, str) else tuple(key),
            columns=tuple(_column(c) for c in schema["columns"]),
            foreign_keys=tuple(_foreign_key(k) for k in schema.get("foreignKeys", ())),
            title=node.get("dc:title", ""),
            description=node.get("dc:description", ""),
        )
    except KeyError as error:
        raise WrongUsageError(f"tables.json: {url}: missing property {error}.") from error
    _verify(table)
    return table


def _column(node: dict[str, Any]) -> Column:
    if "propertyUrl" not in node and not node.get("suppressOutput"):
        raise KeyError(f"propertyUrl of column {node['name']}")
    datatype = node.get("datatype", "string")
    details = datatype if isinstance(datatype, dict) else {"base": datatype}
    base = details.get("base", "string")
    if base not in _DATATYPES:
        raise WrongUsageError(f"tables.json: column {node['name']}: datatype {base} is not supported.")
    return Column(
        name=node["name"],
        virtual=node.get("virtual", False),
        required=node.get("required", False),
        base=base,
        datatype=details.get("@id", _DATATYPES[base]),
        pattern=details.get("format"),
        lang=node.get("lang"),
        separator=node.get("separator"),
        about=node.get("aboutUrl"),
        predicate=None if node.get("suppressOutput") else node["propertyUrl"],
        value=node.get("valueUrl"),
        requires=node.get(EXTENSION + "requires"),
        lang_column=node.get(EXTENSION + "langColumn"),
        earliest=node.get(EXTENSION + "earliest"),
        latest=node.get(EXTENSION + "latest"),
        code_list=node.get(EXTENSION + "codeList"),
        titles=node.get("titles", node["name"]),
        description=node.get("dc:description", ""),
    )


def _foreign_key(node: dict[str, Any]) -> ForeignKey:
    reference = node["reference"]
    return ForeignKey(node["columnReference"], reference["resource"], reference["columnReference"])


def _verify(table: Table) -> None:
    """Refuse metadata that name columns which do not exist."""
    known = set(table.header)
    used = set(table.key) | {k.column for k in table.foreign_keys} | set(template_variables(table.about))
    for column in table.columns:
        used |= {name for name in (column.requires, column.lang_column) if name}
        used |= set(template_variables(column.about or "")) | set(template_variables(column.value or ""))
        _verify_pattern(table, column)
    for name in sorted(used - known):
        raise WrongUsageError(f"tables.json: {table.url}: no column named {name}.{did_you_mean(name, known)}")


def _verify_pattern(table: Table, column: Column) -> None:
    if column.pattern and (problem := _pattern_problem(column.pattern)):
        raise WrongUsageError(
            f"tables.json: {table.url}: column {column.name}: format is not a regular expression: {problem}"
        )


@cache
def _pattern_problem(pattern: str) -> str:
    try:
        pl.select(pl.lit("").str.contains(f"^(?:{pattern})$"))
    except pl.exceptions.ComputeError as error:
        return str(error)
    return ""


def _verify_references(group: TableGroup) -> None:
    """Refuse foreign keys to tables or columns which do not exist."""
    headers = {table.url: table.header for table in group}
    for table in group:
        for key in table.foreign_keys:
            if key.table not in headers:
                unknown, known = f"table named {key.table}", did_you_mean(key.table, headers)
            elif key.key not in headers[key.table]:
                unknown = f"column named {key.key} in {key.table}"
                known = did_you_mean(key.key, headers[key.table])
            else:
                continue
            raise WrongUsageError(
                f"tables.json: {table.url}: the foreign key of {key.column}: no {unknown}.{known}"
            )
