"""Say which promises of the gate the code host's protection settings keep."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import _console
import click
from rich.console import Console
from rich.text import Text

from debrief import promises, settings
from debrief.promises import Answer, State
from debrief.settings import Settings

ENVIRONMENT = "gate"

STYLES = {State.HOLDS: "green", State.BROKEN: "bold red", State.UNSEEN: "yellow"}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--required-check",
    default=promises.CHECK,
    show_default=True,
    help="The name of the job that runs the check.",
)
@click.option("--branch", help="The branch that is protected; otherwise the default branch.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people; json for programs.",
)
def main(files: tuple[Path, ...], required_check: str, branch: str | None, form: str) -> int:
    """Say which promises of the gate the settings of a GitHub repository keep.

    FILES hold answers of the API as JSON; without any, they are read from standard input. Several
    answers may follow one another. The handbook's page "Protecting the branch" has the commands
    that fetch them. Nothing is fetched here, and nothing is changed.

    Exit code: 0 every promise holds, 1 one does not hold or cannot be seen, 2 an answer cannot
    be read.
    """
    try:
        given = [answer for file in files or (Path("-"),) for answer in read(file)]
        seen = settings.from_answers(given, branch)
    except settings.SettingsError as error:
        raise click.ClickException(str(error)) from None
    answers = promises.audit(seen, required_check)
    if form == "json":
        click.echo(as_json(answers, seen, required_check))
    else:
        tell(answers, seen)
    return 1 if any(answer.state is not State.HOLDS for answer in answers) else 0


def read(file: Path) -> list[settings.Given]:
    """The answers in a file, or on standard input where it is `-`."""
    if str(file) == "-":
        if sys.stdin.isatty():
            raise click.UsageError("give files with answers of the API, or pipe them in")
        return settings.answers(
            decoded(sys.stdin.buffer.read(), "standard input"), "standard input"
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    return settings.answers(decoded(content, str(file)), str(file))


def decoded(content: bytes, name: str) -> str:
    """Bytes as text. Raises SettingsError where they are none."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise settings.SettingsError(f"{name} is not UTF-8") from None


def tell(answers: list[Answer], seen: Settings) -> None:
    """Print a block for each promise; what does not hold says what to set."""
    console = Console(soft_wrap=True, highlight=False)
    for note in seen.notes:
        console.print(Text(note, "yellow"))
    for answer in answers:
        state = f"{answer.state.value:<13}"
        console.print(Text.assemble((state, STYLES[answer.state]), f"  {answer.promise}"))
        for line in details(answer):
            console.print(Text(f"{'':15}{line}", "dim" if answer.state is State.HOLDS else ""))
    counts = Counter(answer.state for answer in answers)
    told = ", ".join(f"{state.value} {counts[state]}" for state in State)
    style = STYLES[worst(counts)]
    console.print(
        Text.assemble(
            f"Branch {settings.plain(seen.branch)}, {len(answers)} promises: ", (told, style)
        )
    )


def worst(counts: Counter[State]) -> State:
    """The state that decides about the whole."""
    order = (State.BROKEN, State.UNSEEN)
    return next((state for state in order if counts[state]), State.HOLDS)


def details(answer: Answer) -> list[str]:
    """What stands under a promise."""
    lines = [f"rests on: {'; '.join(answer.rests_on)}"] if answer.rests_on else []
    lines += [answer.note] if answer.note else []
    if answer.state is not State.HOLDS:
        lines.append(f"fix: {answer.fix}")
    return lines


def as_json(answers: list[Answer], seen: Settings, check: str) -> str:
    """All that is known, for programs."""
    content = {
        "branch": seen.branch,
        "required_check": check,
        "promises": [
            {
                "id": answer.id,
                "promise": answer.promise,
                "state": answer.state.value,
                "rests_on": list(answer.rests_on),
                "fix": answer.fix,
                "note": answer.note,
            }
            for answer in answers
        ],
        "notes": list(seen.notes),
    }
    return json.dumps(content, indent=2)


if __name__ == "__main__":
    _console.run(main, "audit_settings")
