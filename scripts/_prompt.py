"""The prompt of `sql` on a terminal: one query after the other, with names that complete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import _answer
import click
from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.filters import Condition

from debrief.finding import did_you_mean
from debrief.warehouse import query
from debrief.warehouse.query import Answer
from debrief.warehouse.tables import BY_NAME, TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HELP = """\
A query ends with `;`. Enter on an unfinished one goes on in the next line.
.tables          tables, views, and what takes arguments
.schema [NAME]   the columns of a table, or of all
.quit            leave; Ctrl-D does too"""

_COMMANDS = (".tables", ".schema", ".help", ".quit")

_WORDS = """\
select from where group by having order limit join left using on as with distinct count sum avg min
max quantile_cont filter case when then else end and or not in is null like ilike between union all
desc asc coalesce date interval describe summarize"""


def converse(opened: DuckDBPyConnection) -> None:
    """Answer until the reader leaves. What goes wrong is told, and the next query is asked for."""
    session: PromptSession[str] = PromptSession(
        completer=WordCompleter(_names(), ignore_case=True),
        complete_while_typing=False,
        multiline=Condition(lambda: not is_finished(get_app().current_buffer.text)),
        prompt_continuation="   … ",
    )
    click.echo("`.help` says what one can do here; Tab completes names.")
    while True:
        try:
            text = session.prompt("sql> ").strip()
        except KeyboardInterrupt:
            continue  # as every such prompt: what was typed is dropped
        except EOFError:
            return
        if text in (".quit", ".exit"):
            return
        if text == ".help":
            click.echo(_HELP)
        elif text.strip(";"):
            _try(opened, text)


def _try(opened: DuckDBPyConnection, text: str) -> None:
    try:
        _answer.show(answer(opened, text), "table")
    except query.QueryError as error:
        click.echo(str(error))
    except KeyboardInterrupt:
        click.echo("stopped")


def is_finished(text: str) -> bool:
    """Whether Enter ends the input, and does not begin another line."""
    words = text.strip()
    return not words or words.startswith(".") or words.endswith(";")


def answer(opened: DuckDBPyConnection, text: str) -> Answer:
    """What a query or a command with a dot gives. Raises QueryError."""
    words = text.strip()
    if not words.strip(";"):
        raise query.QueryError("the query is empty")
    return _command(words.rstrip(";").split()) if words.startswith(".") else query.ask(opened, text)


def _command(words: Sequence[str]) -> Answer:
    name, *arguments = words
    if name == ".tables":
        told = [(table.name, table.about) for table in TABLES]
        return Answer(("name", "holds"), [*told, *query.FIGURES.items()])
    if name == ".schema":
        return Answer(("table", "column", "type", "leads to"), list(_columns(arguments)))
    hint = did_you_mean(name, _COMMANDS) or f"known: {', '.join(_COMMANDS)}"
    raise query.QueryError(f"there is no {name}; {hint}")


def _columns(names: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    for name in names:
        if name not in BY_NAME:
            hint = did_you_mean(name, BY_NAME) or "`.tables` lists them"
            raise query.QueryError(f"there is no table {name}; {hint}")
    for table in TABLES:
        for column in table.columns if not names or table.name in names else ():
            yield table.name, column.name, column.kind.value, ".".join(column.refers or ())


def _names() -> list[str]:
    columns = {column.name for table in TABLES for column in table.columns}
    calls = {name.partition("(")[0] for name in query.FIGURES}
    return sorted({*_COMMANDS, *_WORDS.split(), *BY_NAME, *columns, *calls})
