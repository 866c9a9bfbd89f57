"""Options that several commands share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..findings import EnvironmentFailureError

F = TypeVar("F", bound=Callable[..., Any])

data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Data folder with tables.json (default: the curated data).",
)
store = click.option(
    "--store", type=click.Path(path_type=Path), help="Store folder (default: the user's cache)."
)
endpoint = click.option(
    "--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the local store."
)
output = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file."
)
engine = click.option(
    "--engine", type=click.Choice(["auto", "pyshacl"]), default="auto", show_default=True,
    help="auto: each shape where it is cheapest; pyshacl: all on the reference engine.",
)  # fmt: skip


def graph(command: F) -> F:
    """The three options that say which graph to ask."""
    return data(store(endpoint(command)))


def progress(is_wanted: bool) -> Callable[[str], None]:
    """A function that tells on stderr what is going on and since when."""
    began = time.perf_counter()

    def tell(message: str) -> None:
        if is_wanted:
            click.echo(f"{time.perf_counter() - began:6.2f} s  {message}", err=True)

    return tell


def write(content: bytes, output: Path | None) -> None:
    """Write to a file or to standard output.

    Raises EnvironmentFailureError if the file cannot be written.
    """
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise EnvironmentFailureError(f"cannot write {output}: {error.strerror}.") from error
