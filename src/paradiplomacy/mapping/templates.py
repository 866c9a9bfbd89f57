"""URI templates (RFC 6570 levels 1 and 2: ``{x}`` and ``{+x}``) as Polars expressions, and back."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, unquote

import polars as pl

_VARIABLE = re.compile(r"{(\+?)([^{}]+)}")
_UNSAFE = r"[^A-Za-z0-9\-._~]"
_RESERVED = ":/?#[]@!$&'()*+,;="


Part = str | pl.Expr
"""Fixed text, or the text of a column."""


def parts(template: str, unsafe: frozenset[str] = frozenset()) -> list[Part]:
    """The template as fixed texts and columns, in order.

    ``unsafe`` names the columns that need percent-encoding (see ``unsafe_columns``); most do not.
    """
    found: list[Part] = []
    position = 0
    for variable in _VARIABLE.finditer(template):
        found.append(template[position : variable.start()])
        name, keep = variable[2], _RESERVED if variable[1] else ""
        found.append(_encoded(name, keep) if name in unsafe else pl.col(name))
        position = variable.end()
    return [*found, template[position:]]


def join(texts: list[Part]) -> pl.Expr:
    """The parts in one string per row; null where a column is null. Neighbouring fixed texts become one."""
    merged: list[Part] = []
    for text in texts:
        if isinstance(text, str) and merged and isinstance(merged[-1], str):
            merged[-1] += text
        else:
            merged.append(text)
    return pl.concat_str([pl.lit(text) if isinstance(text, str) else text for text in merged])


def expand(template: str, unsafe: frozenset[str] = frozenset()) -> pl.Expr:
    """An expression for the template's expansion in each row; null where a variable is null."""
    return join(parts(template, unsafe))


def unsafe_columns(frame: pl.DataFrame, names: set[str]) -> frozenset[str]:
    """Those columns of a frame that hold characters which a URI does not carry as they are."""
    if not names:
        return frozenset()
    verdicts = frame.select(pl.col(name).str.contains(_UNSAFE).any() for name in sorted(names))
    return frozenset(name for name in verdicts.columns if verdicts[name][0])


def match(template: str, iri: str) -> dict[str, str] | None:
    """The variables' values with which a template expands to an IRI, or None if it cannot."""
    found = _pattern(template).fullmatch(iri)
    return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


def prefix(template: str) -> str:
    """What stands before the first variable."""
    return template.split("{", 1)[0]


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pattern = ""
    position = 0
    for variable in _VARIABLE.finditer(template):
        pattern += re.escape(template[position : variable.start()])
        pattern += f"(?P<{variable[2]}>{'.*' if variable[1] else '[A-Za-z0-9._~%-]*'})"
        position = variable.end()
    return re.compile(pattern + re.escape(template[position:]))


def _encoded(name: str, keep: str) -> pl.Expr:
    return pl.col(name).map_elements(lambda value: quote(value, safe=keep), return_dtype=pl.String)
