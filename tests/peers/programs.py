"""The programs of others below `.make/peers`, where `make test-peers` installs them."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PEERS = HERE.parents[1] / ".make" / "peers"


def ask_node(script: str, question: bytes) -> bytes:
    """Run a JavaScript file of this folder, with the installed packages at hand."""
    command = ["node", "--input-type=module", "--eval", (HERE / script).read_text()]
    return _answer(_installed(PEERS / "node_modules"), command, question)


def ask_python(script: str, question: bytes) -> bytes:
    """Run a Python file of this folder in the environment that has the subscribers' programs."""
    return _answer(PEERS, [str(program("python")), str(HERE / script)], question)


def program(name: str) -> Path:
    """Return the installed program's path; a test without it fails and says what to do."""
    return _installed(PEERS / "python" / "bin" / name)


def _answer(folder: Path, command: list[str], question: bytes) -> bytes:
    told = subprocess.run(command, cwd=folder, input=question, capture_output=True, check=False)
    assert (told.returncode, told.stderr.decode()) == (0, "")
    return told.stdout


def _installed(path: Path) -> Path:
    if not path.exists():
        pytest.fail(f"{path.name} is not here: make test-peers installs it.", pytrace=False)
    return path
