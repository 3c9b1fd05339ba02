"""The command `debrief` of the wheel: lists the commands that lie beside it, and runs one of them.

In a checkout the front door does this, and makes the environment first. Here it is there already.
"""

from __future__ import annotations

import ast
import re
import runpy
import sys
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path

from debrief.finding import did_you_mean

COMMANDS = Path(__file__).resolve().parent


def main() -> None:
    """Run the command that the first argument names; the others are its own."""
    argv = sys.argv[1:]
    speak_utf8()
    if argv[:1] == ["help"] and len(argv) > 1:
        argv = [argv[1], "--help"]
    known = commands()
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(overview(known))
    elif argv[0] == "--version":
        print(f"debrief {version('debrief')}")
    elif argv[0] in known:
        run(known[argv[0]], argv[1:])
    else:
        hint = did_you_mean(argv[0], list(known)) or "debrief --help lists them."
        print(f"There is no command '{argv[0]}'; {hint}", file=sys.stderr)
        raise SystemExit(2)


def speak_utf8() -> None:
    """Print the same everywhere; the front door asks Python's UTF-8 mode for this."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def commands() -> dict[str, Path]:
    """Command name → its script."""
    scripts = sorted(COMMANDS.glob("*.py"))
    return {script.stem: script for script in scripts if not script.name.startswith("_")}


def overview(known: dict[str, Path]) -> str:
    """A line for each command."""
    width = max(map(len, known))
    lines = [f"  {name:{width}}  {summary(script)}" for name, script in known.items()]
    usage = "Usage: debrief COMMAND [ARGUMENTS]"
    return "\n".join([usage, "", *lines, "", "debrief COMMAND --help says more."])


def summary(script: Path) -> str:
    """The first sentence of the script's docstring, without its full stop."""
    words = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(words.split("\n\n")[0].split())
    # A small letter follows "e.g." and the like; a new sentence has a capital.
    return re.split(r"\.(?=\s+[^\sa-z]|$)", paragraph, maxsplit=1)[0]


def run(script: Path, arguments: list[str]) -> None:
    """Run a script as Python itself would, with what lies beside it on its path."""
    sys.path.insert(0, str(COMMANDS))
    sys.argv = [str(script), *arguments]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except KeyboardInterrupt:  # before the command could say so itself
        raise SystemExit(130) from None
    except ImportError as error:
        print(f"debrief {script.stem}: {error}; install Debrief anew.", file=sys.stderr)
        raise SystemExit(2) from None
