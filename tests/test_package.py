"""The wheel alone gives a working paradiplomacy with the curated graph; commands start fast."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    name = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "PARADIPLOMACY_STORE": str(unpacked.parent / "store"),
    }
    line = [sys.executable, "-m", "paradiplomacy", *arguments]
    return subprocess.run(line, cwd=unpacked, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_the_dataset(unpacked: Path) -> None:
    home = unpacked / "paradiplomacy" / "_dataset"
    for folder in ("ontology", "data", "queries"):
        ours = {p.relative_to(ROOT / folder) for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert {p.relative_to(home / folder) for p in (home / folder).rglob("*") if p.is_file()} == ours
    assert (unpacked / "paradiplomacy" / "py.typed").is_file()


def test_the_wheel_answers_without_a_build_step(unpacked: Path) -> None:
    done = run(unpacked, "query", "sister-cities-of", "--param", "place=Yunnan", "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert "cl-los-rios" in done.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import paradiplomacy; print(paradiplomacy.__file__)"],
        cwd=unpacked, env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(unpacked))


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--version"], {"polars", "pyoxigraph", "rdflib", "networkx", "rich", "yaml"}),
        (
            ["query", "sister-cities-of"],
            {"polars", "rdflib", "networkx", "pyshacl", "owlready2", "SPARQLWrapper"},
        ),
        (["check"], {"rdflib", "pyshacl", "networkx", "owlready2", "SPARQLWrapper"}),
    ],
)
def test_no_command_pays_for_what_it_does_not_use(
    arguments: list[str], unused: set[str], unpacked: Path
) -> None:
    code = (
        "import sys; from paradiplomacy.cli import run; code = run(sys.argv[1:]); "
        f"print(sorted({unused!r} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    run(unpacked, "build", "--quiet")
    environment = {
        **os.environ,
        "PYTHONPATH": str(unpacked),
        "PARADIPLOMACY_STORE": str(unpacked.parent / "store"),
    }
    line = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(line, cwd=unpacked, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
