"""What the documentation says is true: generated pages are fresh, every command and example runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from paradiplomacy.cli import COMMANDS, run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.split("  #")[0].strip() for line in README.splitlines() if line.startswith("    paradiplomacy ")
]


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture
def store(real_store: Path) -> Path:
    return real_store


@pytest.mark.parametrize("line", LINES)
def test_readme_commands_run(line: str, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "--endpoint" in line:
        pytest.skip("needs a remote endpoint; tests/test_store.py runs one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARADIPLOMACY_STORE", str(store))
    arguments = shlex.split(line)[1:]
    if arguments == ["fmt"]:
        arguments.append("--check")
    assert run(arguments) == 0


def test_readme_python_runs(store: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert code
    environment = {**os.environ, "PARADIPLOMACY_STORE": str(store)}
    for block in code:
        check = "\nassert len(frame) > 10 and len(network) > 20 and len(triples) > 10000\n"
        subprocess.run([sys.executable, "-c", block + check], check=True, env=environment)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    shown = capfd.readouterr().out
    if name == "network":
        run([name, "measure", "--help"])
        shown += capfd.readouterr().out
    assert "Example" in shown
    assert name in README or name in ("reason",)


def test_every_dependency_has_its_reason() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project.split("dependencies = [", 1)[1].split("]", 1)[0]
    for name in re.findall(r'"([A-Za-z0-9]+)', block):
        assert re.search(rf"^\| .*\b{name}\b", README, re.MULTILINE | re.IGNORECASE), name


def test_no_host_or_path_of_this_machine_is_named() -> None:
    words = re.compile(
        r"/work/|/root/|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian", re.IGNORECASE
    )
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.is_file() and path != Path(__file__):
            assert not words.search(path.read_text(encoding="utf-8", errors="ignore")), name
