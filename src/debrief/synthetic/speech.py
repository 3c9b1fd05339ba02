"""Sentences that read like those of a postmortem and mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Formatter

from debrief.synthetic import words
from debrief.synthetic.dice import Dice, Pool

SENTENCES = (
    "The {adjective} {noun} {verb} the {noun} {moment}.",
    "The {noun} {verb} {number} {nouns} {moment}, {reason}.",
    "Nobody noticed that the {noun} had {number} {adjective} {nouns} {place}.",
    "At first the {adjective} {nouns} {place} looked like those of any other day.",
    "The {System} {noun} {adverb} {verb} the {nouns}, {reason}.",
    "In `{code}` the {noun} came back as {a_noun} with {number} {nouns} fewer.",
    "Each {noun} that {System} {verb} {moment} carried the {adjective} {noun} of the day before.",
    "The team {verb} the {adjective} {noun} and compared {number} {nouns} with the {noun} {place}.",
    "A second look at `{code}` showed that the {nouns} were {adverb} {verb} {moment}.",
    "What the {noun} {verb} was the {adjective} half of the {nouns}; the rest stayed {place}.",
    "Of {number} {nouns} {place}, {number} had the {adjective} {noun}.",
    "The {noun} asked for {an_adjective} {noun}, and {System} {verb} it {adverb}.",
    "With every {noun} the number of {adjective} {nouns} grew, {reason}.",
    "The {noun} between {System} and the {noun} was {verb} {moment}.",
    "No {noun} {place} says what happens to {an_adjective} {noun}.",
    "The {adjective} {noun} is made from {number} {nouns}, and two of them were {verb} {moment}.",
    "It took {number} minutes to see that the {noun} {verb} {nouns} from the {adjective} {noun}.",
    "The column `{code}` was {verb} in spring, and the {noun} {place} still expected the old one.",
    "Two {nouns} were {verb} by hand {moment}, and both agreed with the {adjective} {noun}.",
    "The {noun} stayed green, {reason}.",
    "Later runs of {System} {adverb} {verb} the same {nouns} and made the {noun} longer.",
    "The {nouns} of {number} stores rest on this {noun}, and their planners work from it {moment}.",
    "Until then the {adjective} {noun} had been {verb} once a quarter, {reason}.",
    "When the {noun} was {verb}, the {nouns} {place} came back within {number} minutes.",
    "The setting `{code}` decides which {nouns} are {verb}, and it had its {adjective} value.",
    "{System} writes the {noun} before the {noun} is complete, {reason}.",
    "That the {noun} was {adjective} could be seen {place}, and that page is read {moment}.",
    "The {noun} and the {noun} share one {noun}, which was {adverb} {verb} {moment}.",
    "For the {adjective} {nouns} there was neither {a_noun} nor {a_noun}.",
    "We {verb} the {noun} first and asked about the {adjective} {noun} {moment}.",
)
"""What a sentence may look like; no noun stands where its first sound would matter."""


class Speech:
    """Fills the gaps of patterns with words, by chance."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        nouns = words.NOUNS
        self._draw: dict[str, Callable[[], str]] = {
            "noun": Pool(dice, nouns).draw,
            "Noun": Pool(dice, [noun.capitalize() for noun in nouns]).draw,
            "a_noun": Pool(dice, list(map(words.with_article, nouns))).draw,
            "Nouns": Pool(dice, [words.plural(noun).capitalize() for noun in nouns]).draw,
            "nouns": Pool(dice, list(map(words.plural, nouns))).draw,
            "verb": Pool(dice, words.VERBS).draw,
            "adjective": Pool(dice, words.ADJECTIVES).draw,
            "an_adjective": Pool(dice, list(map(words.with_article, words.ADJECTIVES))).draw,
            "An_adjective": lambda: self._draw["an_adjective"]().capitalize(),
            "adverb": Pool(dice, words.ADVERBS).draw,
            "System": Pool(dice, words.systems(), flat=60).draw,
            "code": Pool(dice, words.identifiers(), flat=200).draw,
            "moment": lambda: dice.pick(words.MOMENTS),
            "place": lambda: dice.pick(words.PLACES),
            "reason": lambda: dice.pick(words.REASONS),
            "number": self._number,
        }
        self._parts: dict[str, list[tuple[str, str | None]]] = {}

    def _number(self) -> str:
        digits = self._dice.between(1, 4)
        return f"{self._dice.between(10 ** (digits - 1) + 1, 10**digits - 1):,}"

    def fill(self, pattern: str, **given: str) -> str:
        """A pattern with something in each gap: what is given, else a word of its kind."""
        parts = self._parts.get(pattern)
        if parts is None:
            found = Formatter().parse(pattern)
            parts = self._parts[pattern] = [(text, gap) for text, gap, _, _ in found]
        made = []
        for text, gap in parts:
            made.append(text)
            if gap is not None:
                made.append(given[gap] if gap in given else self._draw[gap]())
        return "".join(made)

    def one(self, patterns: Sequence[str], **given: str) -> str:
        """One of the patterns, filled."""
        return self.fill(self._dice.pick(patterns), **given)

    def sentences(self, number_of_words: int) -> str:
        """So many words, and those that it takes to end the last sentence."""
        made: list[str] = []
        left = number_of_words
        while left > 0:
            sentence = self.one(SENTENCES)
            left -= sentence.count(" ") + 1
            made.append(sentence)
        return " ".join(made)

    def paragraphs(self, number_of_words: int) -> list[str]:
        """The same, a few sentences a paragraph."""
        made = []
        left = number_of_words
        while left > 0:
            text = self.sentences(min(left, self._dice.between(30, 90)))
            left -= text.count(" ") + 1
            made.append(text)
        return made
