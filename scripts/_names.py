"""Names of the catalog, as somebody types them: completed, and resolved to the id that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from debrief import words
from debrief.catalog import Asset, Owner
from debrief.finding import did_you_mean

MOST_OFFERED = 50
"""So many names are offered at once; a catalog may have ten thousand that fit."""


@dataclass(frozen=True)
class Names(Completer):
    """Ids of the catalog, found by the id, by the name, and by what other tools call it."""

    shown: Mapping[str, str]
    """What stands beside each id."""
    by_word: Mapping[str, tuple[str, ...]]
    """The ids that somebody may mean by a word, in small letters."""

    @classmethod
    def of_assets(cls, assets: Iterable[Asset]) -> Names:
        """Assets, which other tools may know by other names."""
        return cls._of((asset.id, asset.name, asset.known_as) for asset in assets)

    @classmethod
    def of_owners(cls, owners: Iterable[Owner]) -> Names:
        """Owners, who may be known by their accounts elsewhere."""
        return cls._of((owner.id, owner.name, owner.handles) for owner in owners)

    @classmethod
    def _of(cls, entries: Iterable[tuple[str, str, tuple[str, ...]]]) -> Names:
        shown: dict[str, str] = {}
        by_word: dict[str, tuple[str, ...]] = {}
        for name, called, others in entries:
            shown[name] = called + (f" ({', '.join(others)})" if others else "")
            for word in dict.fromkeys(each.lower() for each in (name, called, *others)):
                by_word[word] = (*by_word.get(word, ()), name)
        return cls(shown, by_word)

    def meant(self, typed: str) -> tuple[str, str]:
        """The id that is meant; behind it what is wrong, where none or several are."""
        text = typed.strip()
        if text in self.shown:
            return text, ""
        found = self.by_word.get(text.lower(), ())
        if len(found) == 1:
            return found[0], ""
        if found:
            return text, f"`{text}` may be {words.listed(found)}; write the id"
        near = did_you_mean(text, self.shown)
        return text, f"`{text}` is not in the catalog; {near or 'Tab shows what is'}"

    def get_completions(self, document: Document, _: CompleteEvent) -> Iterator[Completion]:
        """The ids that fit what was typed; those that begin with it first."""
        typed = document.text_before_cursor.strip().lower()
        fitting = [name for name, called in self.shown.items()
                   if typed in name or typed in called.lower()]  # fmt: skip
        fitting.sort(key=lambda name: (not name.startswith(typed), name))
        for name in fitting[:MOST_OFFERED]:
            yield Completion(
                name,
                start_position=-len(document.text_before_cursor),
                display_meta=self.shown[name],
            )
