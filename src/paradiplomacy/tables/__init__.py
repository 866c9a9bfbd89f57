"""Curated CSVs as typed columns: metadata, reading, checking, canonical formatting."""

from .checking import check_tables
from .formatting import canonical
from .metadata import Column, Table, TableGroup, read_metadata, template_variables
from .reading import ROW, ReadTable, read_table, read_tables

__all__ = [
    "ROW",
    "Column",
    "ReadTable",
    "Table",
    "TableGroup",
    "canonical",
    "check_tables",
    "read_metadata",
    "read_table",
    "read_tables",
    "template_variables",
]
