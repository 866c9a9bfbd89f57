"""What the header of a network query says about the network's form."""

from __future__ import annotations

from dataclasses import dataclass

from ..findings import WrongUsageError
from ..queries import CatalogueQuery


@dataclass(frozen=True)
class Form:
    """Whether edges have a direction, and whether sources and targets are things of two kinds."""

    directed: bool = False
    two_mode: bool = False

    @property
    def name(self) -> str:
        """The form in one or two words."""
        direction = "directed" if self.directed else "undirected"
        return f"two-mode{', directed' if self.directed else ''}" if self.two_mode else direction


def form_of(query: CatalogueQuery) -> Form:
    """The form that a header gives; undirected and of one mode unless it says otherwise.

    Raises WrongUsageError, with file and key, if a value is neither true nor false.
    """
    return Form(directed=_flag(query, "directed"), two_mode=_flag(query, "two_mode"))


def _flag(query: CatalogueQuery, key: str) -> bool:
    value = query.header.get(key, False)
    if not isinstance(value, bool):
        raise WrongUsageError(f"{query.path}: {key} in the header is true or false, not {value!r}.")
    return value
