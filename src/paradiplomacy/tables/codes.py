"""Standard code lists that a column may name, taken from pycountry (Debian's iso-codes)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..findings import WrongUsageError


def _countries() -> frozenset[str]:
    import pycountry

    # Sources also name states that no longer exist (ISO 3166-3).
    current = {country.alpha_2 for country in pycountry.countries}
    return frozenset(current | {country.alpha_2 for country in pycountry.historic_countries})


def _subdivisions() -> frozenset[str]:
    import pycountry

    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


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
