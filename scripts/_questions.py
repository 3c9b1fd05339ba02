"""The questions of `new` on a terminal, in the order in which one knows things the day after."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import _chat_log
import click
import questionary
from _answers import Answers, Judge
from _names import Names

from debrief import resemblance, typed_time, words
from debrief.archive import Archive
from debrief.likeness import Case
from debrief.record import CLOCK_POINTS, Moment
from debrief.similar import Resemblance, Similar
from debrief.spoken_time import Zone, ZoneError

MOST_SIMILAR = 3
"""So many outages are shown that are like the new one; more would not be read."""

_LATER = "(Enter: not known yet)"
_WIDTH = 96

CLOCK_QUESTIONS = {
    "detected_at": "When did anybody notice?",
    "started_at": "When did it begin, as far as one knows?",
    "acknowledged_at": "When did somebody begin to work on it?",
    "mitigated_at": "When did the harm stop growing?",
    "resolved_at": "When was the service whole again?",
}


def answered(question: Any) -> Any:
    """The answer; a question that is left with Ctrl-C or Ctrl-D stops the command."""
    try:
        answer = question.ask(kbi_msg="")
    except EOFError:
        answer = None
    if answer is None:
        raise click.Abort
    return answer


@dataclass
class Wizard:
    """Asks for what the options leave open, and takes no answer that the check would refuse."""

    archive: Archive
    today: date
    answers: Answers
    zone: Zone | None = None
    order: str | None = None
    chat: _chat_log.ChatLog = field(default_factory=_chat_log.ChatLog)

    def ask(self) -> None:
        """All questions; Ctrl-C at any of them stops the command, and nothing is written."""
        click.echo("Enter leaves a question for later, Ctrl-C leaves without writing anything.\n")
        self._text("title", "What happened, in one line?", needed=True)
        self._assets()
        self._resembling()
        self._choice("incident_type", ("incident", "type"), "In which way did the data fail?")
        self._chat()
        self._times()
        self._text("trigger", "What set it off, as seen from outside?")
        self._severity()
        self._owner()
        self._stakeholders()
        self._text("reference", "Link or number of the incident, where it was handled?")
        self._name("facilitator", "Who leads the analysis and its review?")
        self._text("summary", "What failed and what it led to, in one or two sentences?")
        click.echo()

    def place_chat(self) -> None:
        """Only what the times of a chat leave open, where the options say all else."""
        if self.chat.needs_zone(self.zone):
            self._ask_zone()
        self._timeline()

    # Texts and words.

    def _judge(self, key: str) -> Callable[[str], bool | str]:
        judge = Judge(self.archive, self.today)

        def fits(text: str) -> bool | str:
            found = judge.on(self.answers, key, text.strip())
            return found is None or _on_one_line(*found)

        return fits

    def _text(self, key: str, question: str, *, needed: bool = False) -> None:
        if key in self.answers:
            return
        judge = self._judge(key)
        blank = "write a few words; the record goes by them" if needed else True
        asked = questionary.text(
            question if needed else f"{question} {_LATER}",
            validate=lambda text: judge(text) if text.strip() else blank,
            validate_while_typing=False,
        )
        if answer := answered(asked).strip():
            self.answers[key] = answer

    def _choice(self, key: str, path: tuple[str, ...], question: str) -> None:
        if key in self.answers:
            return
        schema = self.archive.schemas["postmortem"]
        meanings = _meanings(schema.described(*path))
        choices = [questionary.Choice("not known yet", "")]
        for word in schema.words(*path):
            shown = f"{word}: {meanings[word]}" if word in meanings else words.FOUND_BY.get(word)
            choices.append(questionary.Choice(shown or word, word))
        if answer := answered(questionary.select(question, choices=choices)):
            self.answers[key] = answer

    def _severity(self) -> None:
        if "severity" in self.answers:
            return
        policy = self.archive.catalog.policy.severities
        choices = [
            questionary.Choice(f"{word}: {policy[word].meaning}" if word in policy else word, word)
            for word in self.archive.schemas["postmortem"].words("severity")
        ]
        self.answers["severity"] = answered(questionary.select("How bad was it?", choices=choices))

    # Names of the catalog.

    def _assets(self) -> None:
        if "assets" in self.answers:
            return
        assets = self.archive.catalog.assets.values()
        names = Names.of_assets(asset for asset in assets if asset.gone_on is None)
        found = self._several(
            "assets", names, "Which data asset was wrong? (Tab completes)", "Another one?"
        )
        self.answers["assets"] = found

    def _owner(self) -> None:
        if "owner" in self.answers:
            return
        assets = self.archive.catalog.assets
        offered = next(
            (assets[name].owner for name in self.answers["assets"] if name in assets), None
        )
        names = self._owners()
        default = offered if offered in names.shown else ""
        why = f" (it owns {self.answers['assets'][0]})" if default else ""
        self._name("owner", f"Who is accountable for the postmortem?{why}", default or "", True)

    def _owners(self) -> Names:
        return Names.of_owners(o for o in self.archive.catalog.owners.values() if o.active)

    def _name(self, key: str, question: str, default: str = "", needed: bool = False) -> None:
        if key in self.answers:
            return
        message = question if needed else f"{question} {_LATER}"
        answer = self._one(key, self._owners(), message, default, needed=needed)
        if answer:
            self.answers[key] = answer

    def _one(self, key: str, names: Names, message: str, default: str = "", *, needed: bool) -> str:
        judge = self._judge(key)

        def fits(text: str) -> bool | str:
            if not text.strip():
                return "choose one; Tab shows the names" if needed else True
            name, problem = names.meant(text)
            return problem or judge(name)

        asked = questionary.autocomplete(
            message,
            choices=[],
            completer=names,
            default=default,
            validate=fits,
            validate_while_typing=False,
        )
        typed = answered(asked).strip()
        name, _ = names.meant(typed)
        if typed and name != typed:
            click.echo(f"  = {name}")
        return name if typed else ""

    def _several(self, key: str, names: Names, first: str, further: str) -> tuple[str, ...]:
        """One name at least, and more until an empty answer."""
        found = [self._one(key, names, first, needed=True)]
        while name := self._one(key, names, f"{further} (Enter: no)", needed=False):
            found.append(name)
        return tuple(dict.fromkeys(found))

    def _stakeholders(self) -> None:
        if "stakeholders" in self.answers:
            return
        catalog = self.archive.catalog
        looking: dict[str, list[str]] = {}
        for name in self.answers["assets"]:
            for exposed in catalog.exposures(name):
                owner = catalog.owners.get(exposed.owner or "")
                if owner is not None and owner.active:
                    looking.setdefault(owner.id, []).append(exposed.name)
        heard: list[str] = []
        if looking:
            choices = [
                questionary.Choice(
                    f"{catalog.owner_name(name)}: {_shortly(shown)}", name, checked=True
                )
                for name, shown in sorted(looking.items())
            ]
            question = "These look at what is made from it. Who of them must hear of it?"
            heard = answered(
                questionary.checkbox(question, choices=choices, instruction="(Space: yes or no)")
            )
        more = "Who else must hear of it?" if looking else "Who must hear of it?"
        names = self._owners()
        while name := self._one("stakeholders", names, f"{more} (Enter: nobody)", needed=False):
            heard.append(name)
        self.answers["stakeholders"] = tuple(dict.fromkeys(heard))

    # What happened before.

    def _resembling(self) -> None:
        case = Case(
            assets=frozenset(self.answers["assets"]), text=self.answers["title"], day=self.today
        )
        found = Similar(self.archive).to(case, MOST_SIMILAR)
        if not found:
            return
        click.echo()
        click.secho("It may have happened before:", bold=True)
        for one in found:
            for line in self._told(one):
                click.echo(line)
        click.echo()
        if "recurrence_of" not in self.answers:
            choices = [questionary.Choice("no, or not known yet", "")]
            choices += [questionary.Choice(one.record.title, one.record.id) for one in found]
            again = answered(questionary.select("Is it one of these again?", choices=choices))
            if again:
                self.answers["recurrence_of"] = again
        others = [one for one in found if one.record.id != self.answers.get("recurrence_of")]
        if "related" not in self.answers and others:
            choices = [questionary.Choice(one.record.title, one.record.id) for one in others]
            question = "Which of them belong beside this one?"
            read = answered(
                questionary.checkbox(question, choices=choices, instruction="(Space: yes or no)")
            )
            self.answers["related"] = tuple(read)

    def _told(self, one: Resemblance) -> Iterator[str]:
        """A past outage in a few lines: why it is like this one, its causes, its promises."""
        record, indent = one.record, "      "
        facts = [resemblance.apart(one.days_before or 0), words.term(record.status).lower()]
        facts += [words.term(record.severity)] if record.severity else []
        yield f"  {click.style(record.title, bold=True)} ({', '.join(facts)})"
        yield f"{indent}{record.id}"
        yield from _wrapped(resemblance.why(one.reasons, self.archive.catalog), indent)
        for cause in record.root_causes:
            yield from _wrapped(f"Root cause: {cause.statement}", indent)
        if not record.root_causes:
            yield f"{indent}No root cause was recorded"
        kept = tuple(resemblance.kept(resemblance.preventive(record), self.today))
        promised = ", ".join(part.text for part in kept)
        colour = "red" if any(part.alarming for part in kept) else None
        for line in _wrapped(f"Promised so that it would not happen again: {promised}", indent):
            yield click.style(line, fg=colour)

    # Times.

    def _chat(self) -> None:
        if self.chat.given or self.answers.get("timeline"):
            return
        asked = questionary.path(
            "A copied chat to begin the timeline from? Its file (Enter: none)",
            validate=lambda text: _chat_log.unreadable(text) or True,
            validate_while_typing=False,
        )
        if path := answered(asked).strip():
            self.chat = _chat_log.ChatLog.read(Path(path).expanduser(), self.order)

    def _times(self) -> None:
        open_points = [key for key in CLOCK_QUESTIONS if key not in self.answers]
        if open_points or self.chat.needs_zone(self.zone):
            self._ask_zone()
        self._timeline()
        for key in open_points:
            self._time(key)
            if key == "detected_at":
                question = "Who noticed first?"
                self._choice("detected_by", ("incident", "detected_by"), question)
        while not any(key in self.answers for key in CLOCK_POINTS):
            click.echo("  One time has to be known, if only the day: a record goes by its date.")
            self._time("detected_at")

    def _ask_zone(self) -> None:
        if self.zone is None:
            asked = questionary.text(
                "In which zone are times that name none? (UTC, +01:00, Europe/Lisbon)",
                default="UTC",
                validate=_no_zone,
                validate_while_typing=False,
            )
            self.zone = Zone.named(answered(asked))

    def _timeline(self) -> None:
        """The timeline of the chat, for which the day may have to be asked."""
        if not self.chat.given:
            return
        if self.chat.needs_day(self.zone):
            asked = questionary.text(
                "On which day does the chat begin?",
                default=self.today.isoformat(),
                validate=lambda text: _no_day(text) or True,
                validate_while_typing=False,
            )
            self.chat.day = date.fromisoformat(answered(asked).strip())
        self.answers["timeline"] = self.chat.events(self.zone)
        self.chat.tell()

    def _time(self, key: str) -> None:
        day = self._last_day()
        judge = self._judge(key)

        def read(text: str) -> typed_time.Time:
            zone = self.zone or Zone.named("UTC")
            return typed_time.read(text, today=self.today, day=day, zone=zone, order=self.order)

        def fits(text: str) -> bool | str:
            if not text.strip():
                return True
            found = read(text)
            return found.problem or judge(found.at)

        asked = questionary.text(
            f"{CLOCK_QUESTIONS[key]} ({self._example(day)}; Enter: not known yet)",
            validate=fits,
            validate_while_typing=False,
        )
        if typed := answered(asked).strip():
            found = read(typed)
            self.answers[key] = found.at
            if found.approximate:
                self.answers["approximate"] = True
            if found.at != typed:
                about = ", approximately" if found.approximate else ""
                click.echo(f"  = {found.at}{about}")
            for assumed in found.assumed:
                click.echo(f"    assumed: {assumed}")

    def _example(self, day: date | None) -> str:
        if day is None:
            return f"{self.today.isoformat()} 07:42, yesterday 7:42, or a date"
        return f"07:42 is {day.isoformat()}"

    def _last_day(self) -> date | None:
        """The day of the time that was given last; a time without a day is on it."""
        given = [self.answers[key] for key in CLOCK_QUESTIONS if key in self.answers]
        return Moment.parse(given[-1]).local_day if given else None


# --- words ---------------------------------------------------------------------------------------


def _meanings(description: str) -> dict[str, str]:
    """What each word of a vocabulary means, from its description: ``word: what it means.``."""
    return dict(re.findall(r"(?:\A|(?<=\. ))([a-z-]+): ([^.]+)\.", description))


def _on_one_line(message: str, fix: str) -> str:
    """What is wrong, and what to write where the line below a question has room for it."""
    both = f"{message}; {fix}" if fix else message
    return both if len(both) < shutil.get_terminal_size().columns else message


def _shortly(names: list[str]) -> str:
    shown = list(dict.fromkeys(names))
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(shown[:3]) + more


def _wrapped(text: str, indent: str) -> list[str]:
    return click.wrap_text(text, _WIDTH, indent, f"{indent}  ").split("\n")


def _no_zone(text: str) -> bool | str:
    try:
        Zone.named(text)
    except ZoneError as error:
        return str(error)
    return True


def _no_day(text: str) -> str:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return "write a day, such as 2026-03-14"
    return ""
