"""URI templates (RFC 6570 levels 1 and 2: ``{x}`` and ``{+x}``) as Polars expressions, and back."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

import polars as pl

_VARIABLE = re.compile(r"{(\+?)([^{}]+)}")
_UNSAFE = r"[^A-Za-z0-9\-._~]"
_RESERVED = ":/?#[]@!$&'()*+,;="


def expand(template: str, frame: pl.DataFrame) -> pl.Expr:
    """An expression for the template's expansion in each row; null where a variable is null.

    The frame tells which columns need percent-encoding; most do not, and cost nothing.
    """
    parts: list[pl.Expr] = []
    position = 0
    for match in _VARIABLE.finditer(template):
        parts.append(pl.lit(template[position : match.start()]))
        parts.append(_encoded(match[2], frame, keep=_RESERVED if match[1] else ""))
        position = match.end()
    parts.append(pl.lit(template[position:]))
    return pl.concat_str(parts)


def match(template: str, iri: str) -> dict[str, str] | None:
    """The variables' values with which a template expands to an IRI, or None if it cannot."""
    pattern = ""
    position = 0
    for variable in _VARIABLE.finditer(template):
        pattern += re.escape(template[position : variable.start()])
        pattern += f"(?P<{variable[2]}>{'.*' if variable[1] else '[A-Za-z0-9._~%-]*'})"
        position = variable.end()
    found = re.fullmatch(pattern + re.escape(template[position:]), iri)
    return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


def variables(template: str) -> list[str]:
    """Names of the template's variables, in order."""
    return [m[2] for m in _VARIABLE.finditer(template)]


def prefix(template: str) -> str:
    """What stands before the first variable."""
    return template.split("{", 1)[0]


def _encoded(name: str, frame: pl.DataFrame, keep: str) -> pl.Expr:
    values = frame[name].drop_nulls()
    if not values.str.contains(_UNSAFE).any():
        return pl.col(name)
    unique = values.unique()
    return pl.col(name).replace_strict(unique, pl.Series([quote(v, safe=keep) for v in unique]), default=None)
