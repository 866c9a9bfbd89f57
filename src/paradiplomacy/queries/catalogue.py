"""The catalogue: one ``.rq`` file per query, described by ``#+`` lines of YAML (after grlc)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..findings import WrongUsageError, did_you_mean
from ..store import read_query_text

FOLDERS = ("questions", "tables", "checks", "networks")
_MARK = "#+"
_HEADER: tuple[tuple[str, type, bool], ...] = (
    ("summary", str, True),
    ("description", str, True),
    ("tags", list, False),
    ("parameters", dict, False),
)
"""Keys of a header, their types, and whether they must be there."""


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that the user sets; the file's own VALUES line holds the default."""

    name: str
    type: str
    description: str
    default: str


@dataclass(frozen=True)
class CatalogueQuery:
    """A query with its header."""

    name: str
    folder: str
    path: Path
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    header: dict[str, Any] = field(default_factory=dict, compare=False)


def read_catalogue(folder: Path, kinds: tuple[str, ...] = FOLDERS) -> dict[str, CatalogueQuery]:
    """All queries of some kinds, by name, in alphabetical order."""
    paths = [path for kind in kinds for path in (folder / kind).glob("*.rq")]
    return {path.stem: read_query(path) for path in sorted(paths, key=lambda p: p.stem)}


def find_query(folder: Path, name: str, kinds: tuple[str, ...] = FOLDERS) -> CatalogueQuery:
    """The query of that name; only its own file is read.

    Raises WrongUsageError with a suggestion if there is none.
    """
    for kind in kinds:
        path = folder / kind / f"{name}.rq"
        if path.is_file():
            return read_query(path)
    known = sorted(path.stem for kind in kinds for path in (folder / kind).glob("*.rq"))
    what = "network" if kinds == ("networks",) else "query"
    raise WrongUsageError(f"there is no {what} named {name!r}.{did_you_mean(name, known)}")


def read_query(path: Path) -> CatalogueQuery:
    """Read one file.

    Raises WrongUsageError, with file and key, if the header is malformed.
    """
    text = read_query_text(path)
    header = _header(path, text)
    for key, kind, must in _HEADER:
        if not isinstance(header.get(key, None if must else kind()), kind):
            raise WrongUsageError(
                f"{path}: the header's {key} {'is missing or' if must else 'is'} not a {kind.__name__}."
            )
    return CatalogueQuery(
        name=path.stem,
        folder=path.parent.name,
        path=path,
        summary=header["summary"],
        description=header["description"].strip(),
        tags=tuple(header.get("tags", ())),
        parameters=tuple(_parameter(path, name, node) for name, node in header.get("parameters", {}).items()),
        text=text,
        header=header,
    )


def _header(path: Path, text: str) -> dict[str, Any]:
    import yaml

    lines = [line[len(_MARK) :].removeprefix(" ") for line in text.splitlines() if line.startswith(_MARK)]
    try:
        header = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise WrongUsageError(
            f"{place}: the header is not YAML: {getattr(error, 'problem', error)}"
        ) from error
    if not isinstance(header, dict):
        raise WrongUsageError(f"{path}: the query has no header of '{_MARK}' lines.")
    return header


def _parameter(path: Path, name: str, node: Any) -> Parameter:
    try:
        return Parameter(name, str(node["type"]), str(node["description"]), str(node["default"]))
    except (KeyError, TypeError) as error:
        raise WrongUsageError(f"{path}: parameter {name} needs type, description and default.") from error
