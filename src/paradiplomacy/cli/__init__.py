"""The command line: one module per command, loaded only when it is used."""

from __future__ import annotations

import gc
import importlib
import os
import sys

import click

from .. import __version__
from ..findings import FORMATS, InvalidDataError, ParadiplomacyError, did_you_mean

COMMANDS = {
    "build": "Check the data and make the graph.",
    "check": "Check the data; write nothing.",
    "fmt": "Rewrite the tables canonically.",
    "query": "Ask the graph.",
    "network": "List, measure and export networks.",
    "reason": "Check the ontology with a reasoner.",
}


class _LazyGroup(click.Group):
    """Loads a command's module only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"No such command {args[0]!r}.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="paradiplomacy")
def cli() -> None:
    """The knowledge graph of paradiplomatic actors: build it, ask it, measure it.

    Exit codes: 0 fine, 1 the data are invalid, 2 wrong usage, 3 the environment.
    """


def main() -> None:
    """Run the command line; failures become a message and an exit code, never a traceback."""
    gc.set_threshold(100_000)  # most objects live as long as the process: looking often is in vain
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run with arguments and return the exit code."""
    try:
        return int(cli.main(arguments, prog_name="paradiplomacy", standalone_mode=False) or 0)
    except InvalidDataError as error:
        click.echo(FORMATS["text"](error.findings), err=True)
        return error.exit_code
    except ParadiplomacyError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
