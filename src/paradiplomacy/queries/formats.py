"""Results in the form that a person or another program wants."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable

import pyoxigraph as ox

from ..findings import WrongUsageError
from ..store import Result, Term, to_python

PREFIXES = {
    "id": "https://w3id.org/paradiplomacy/id/",
    "pd": "https://w3id.org/paradiplomacy/ontology#",
    "vocab": "https://w3id.org/paradiplomacy/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "csvw": "http://www.w3.org/ns/csvw#",
}

WIDTH = 140
"""Columns of a table that does not go to a terminal."""

_GRAPH_FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def short(term: Term) -> str:
    """A term for reading: a prefixed name where there is one, else its text."""
    value = to_python(term)
    if isinstance(term, ox.NamedNode):
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def as_csv(result: Result) -> bytes:
    """SPARQL 1.1 CSV results, with LF line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.variables)
    writer.writerows([_full(term) for term in row] for row in result.rows)
    return out.getvalue().encode()


def as_json(result: Result) -> bytes:
    """SPARQL 1.1 JSON results."""
    if result.boolean is not None:
        return json.dumps({"head": {}, "boolean": result.boolean}).encode() + b"\n"
    bindings = [
        {name: _json_term(term) for name, term in zip(result.variables, row, strict=True) if term is not None}
        for row in result.rows
    ]
    document = {"head": {"vars": result.variables}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def as_markdown(result: Result) -> bytes:
    """A Markdown table with prefixed names."""
    rows = [[" ".join(short(term).replace("|", "\\|").splitlines()) for term in row] for row in result.rows]
    lines = [result.variables, ["---"] * len(result.variables), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).encode()


def as_parquet(result: Result) -> bytes:
    """A Parquet file with typed columns."""
    out = io.BytesIO()
    result.to_polars().write_parquet(out)
    return out.getvalue()


def as_table(result: Result) -> bytes:
    """A table for the terminal, in its width and colours."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_edge=False, header_style="bold")
    for name in result.variables:
        table.add_column(name, overflow="fold")
    for row in result.rows:
        table.add_row(*(_escaped(short(term)) for term in row))
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    with console.capture() as capture:
        console.print(table)
        console.print(f"{len(result)} row{'' if len(result) == 1 else 's'}", style="dim")
    return capture.get().encode()


_ROW_FORMATS: dict[str, Callable[[Result], bytes]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "md": as_markdown,
    "parquet": as_parquet,
}
FORMATS = (*_ROW_FORMATS, *_GRAPH_FORMATS)


def render(result: Result, name: str | None, is_terminal: bool) -> bytes:
    """A result in a named format; by default a table on a terminal, CSV in a pipe, Turtle for graphs.

    Raises WrongUsageError if the format does not fit the query's form.
    """
    if result.form == "ask" and name is None:
        return b"true\n" if result.boolean else b"false\n"
    known = (
        tuple(_GRAPH_FORMATS)
        if result.form == "graph"
        else tuple(_ROW_FORMATS)
        if result.form == "select"
        else ("json",)
    )
    chosen = name or ("ttl" if result.form == "graph" else "table" if is_terminal else "csv")
    if chosen not in known:
        form = {"graph": "a CONSTRUCT or DESCRIBE", "select": "a SELECT", "ask": "an ASK"}[result.form]
        raise WrongUsageError(f"{form} query has no format {chosen}; it has {', '.join(known)}.")
    if result.triples is not None:
        return _serialized(result.triples, _GRAPH_FORMATS[chosen])
    return as_json(result) if result.form == "ask" else _ROW_FORMATS[chosen](result)


def _serialized(triples: list[ox.Triple], form: ox.RdfFormat) -> bytes:
    content = ox.serialize(sorted(set(triples), key=str), format=form, prefixes=PREFIXES)
    assert isinstance(content, bytes), "serialized to memory"
    return content


def _full(term: Term) -> str:
    return "" if term is None else term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.Literal):
        extra = {"xml:lang": term.language} if term.language else {}
        if not term.language and term.datatype.value != PREFIXES["xsd"] + "string":
            extra = {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **extra}
    return {"type": "bnode", "value": str(getattr(term, "value", term))}


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
