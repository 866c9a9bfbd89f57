"""Standard code lists that a column may name, taken from pycountry (Debian's iso-codes)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ..findings import WrongUsageError


def _countries() -> frozenset[str]:
    # Sources also name states that no longer exist (ISO 3166-3).
    return _codes("iso3166-1", "alpha_2") | _codes("iso3166-3", "alpha_2")


def _subdivisions() -> frozenset[str]:
    return _codes("iso3166-2", "code")


def _codes(name: str, key: str) -> frozenset[str]:
    """The codes of one of pycountry's files; its objects would take ten times as long to make."""
    spec = find_spec("pycountry")
    assert spec is not None and spec.origin is not None, "a dependency"
    text = (Path(spec.origin).parent / "databases" / f"{name}.json").read_text(encoding="utf-8")
    return frozenset(entry[key] for entry in json.loads(text)[name.removeprefix("iso")])


_LISTS: dict[str, Callable[[], frozenset[str]]] = {
    "iso3166-1": _countries,
    "iso3166-2": _subdivisions,
}


@cache
def code_list(name: str) -> frozenset[str]:
    """All codes of a list: ``iso3166-1`` (alpha-2, former ones included) or ``iso3166-2``."""
    if name not in _LISTS:
        raise WrongUsageError(f"tables.json: unknown code list {name}; known: {', '.join(_LISTS)}.")
    return _LISTS[name]()
