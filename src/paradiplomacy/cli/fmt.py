"""``paradiplomacy fmt``."""

from __future__ import annotations

from pathlib import Path

import click

from ..dataset import find_dataset
from ..findings import InvalidDataError


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Data folder with tables.json.")
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file is not canonical."
)
def command(data: Path | None, only_check: bool) -> int:
    """Rewrite the tables canonically: UTF-8, LF, columns in order, rows sorted by key. No cell is lost.

    Example: paradiplomacy fmt --check
    """
    from ..tables import canonical, read_metadata, read_table

    group = read_metadata(find_dataset(data).data)
    changed = 0
    for table in group:
        path = group.folder / table.url
        if not path.is_file():
            continue
        content = path.read_bytes()
        unreadable = [finding for finding in read_table(table, content).findings if finding.hides_rows]
        if unreadable:
            raise InvalidDataError(unreadable)
        formatted = canonical(table, content)
        if formatted != content:
            changed += 1
            click.echo(f"{'would rewrite' if only_check else 'rewrote'} {table.url}")
            if not only_check:
                path.write_bytes(formatted)
    return 1 if only_check and changed else 0
