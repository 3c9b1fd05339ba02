"""Where things stand in a YAML text: the spans of values, their lines, and what is around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from debrief.finding import KeyPath

COLON = re.compile(r"\s*:")
COMMA = re.compile(r"(?>\s|#[^\n]*)*+,")
SAME_LINE_COMMA = re.compile(r"[ \t]*,")
BLANKS = re.compile(r"[ \t]*")
ANY_BLANKS = re.compile(r"\s*")
REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n)")
BLOCK_HEADER = re.compile(r"[|>][-+0-9]*([^\n]*)")

Pair = tuple[yaml.ScalarNode, yaml.Node]


class Layout:
    """Front matter, and where in it its values begin and end; places are indexes of characters.

    The strict reader has read it before: no aliases, tags or deep nesting are left to meet here.
    """

    def __init__(self, front: str) -> None:
        self.text = front
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.root: yaml.Node | None = yaml.compose(front, Loader=loader)

    def end(self, node: Any) -> int:
        """The end of a value. PyYAML's own mark of a block lies behind the comments below it."""
        mark: int = node.end_mark.index
        if isinstance(node, yaml.ScalarNode):
            return self._end_of_block_text(node) if node.style in ("|", ">") else mark
        if not node.value or (node.flow_style and self.text[mark - 1] in "]}"):
            return mark
        last = node.value[-1]
        return self.end_of_pair(last) if isinstance(node, yaml.MappingNode) else self.end(last)

    def _end_of_block_text(self, node: yaml.ScalarNode) -> int:
        written = self.text[node.start_mark.index : node.end_mark.index]
        header = written.partition("\n")[0].partition("#")[0]
        # The blank lines below belong to it only where a `+` says so.
        kept = written.removesuffix("\n") if "+" in header else written.rstrip("\n")
        return int(node.start_mark.index) + len(kept)

    def end_of_pair(self, pair: Pair) -> int:
        """The end of a key with its value: behind the colon where there is none."""
        key, value = pair
        return self.behind_colon(key) if is_empty(value) else self.end(value)

    def behind_colon(self, key: yaml.Node) -> int:
        """The place behind a key's colon; behind the key where, as in ``{a, b}``, it has none."""
        end: int = key.end_mark.index
        colon = COLON.match(self.text, end)
        return colon.end() if colon else end

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def begins_line(self, index: int) -> bool:
        return not self.text[self.line_start(index) : index].strip(" ")

    def below(self, index: int, column: int) -> int:
        """The end of the line at a place, and of the comments under it that belong to it.

        Those are indented further than ``column``; any other belongs to what follows.
        """
        # A block text that is a key may end with the front matter itself.
        last = here = self.text.find("\n", min(index, len(self.text) - 1))
        while (end := self.text.find("\n", here + 1)) > 0:
            line = self.text[here + 1 : end]
            words = line.lstrip(" ")
            if words.startswith("#") and len(line) - len(words) > column:
                last = end
            elif words:
                break
            here = end
        return last

    def list_indent(self) -> int:
        """How much further than their key the lists of this file are indented: 2, often 0."""
        nodes: list[Any] = [self.root]
        for node in nodes:
            if isinstance(node, yaml.SequenceNode):
                nodes += node.value
            elif isinstance(node, yaml.MappingNode) and not node.flow_style:
                for key, value in node.value:
                    if isinstance(value, yaml.SequenceNode) and not value.flow_style:
                        return int(value.start_mark.column - key.start_mark.column)
                    nodes.append(value)
        return 2


def is_empty(node: yaml.Node) -> bool:
    """Nothing is written: no text, no quotes, no brackets."""
    return isinstance(node, yaml.ScalarNode) and not node.value and not node.style


def is_blank(node: yaml.Node) -> bool:
    """Nothing is given, although something like `~` or `null` may be written."""
    return (
        isinstance(node, yaml.ScalarNode)
        and not node.style
        and node.tag == "tag:yaml.org,2002:null"
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """How far a key path leads: the group or list, the key and value in it; what is missing."""

    parent: Any = None
    key: Any = None
    value: Any = None
    missing: tuple[str, ...] = ()

    @property
    def in_brackets(self) -> bool:
        """Whether commas and brackets end a value here."""
        return self.parent is not None and bool(self.parent.flow_style)


def find_spot(root: yaml.Node | None, path: KeyPath) -> Spot:
    spot = Spot(value=root)
    for depth, step in enumerate(path):
        node = spot.value
        missing = tuple(str(key) for key in path[depth:])
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                return Spot(node, missing=missing)
            spot = Spot(node, *pair)
        elif isinstance(node, yaml.SequenceNode):
            spot = Spot(node, value=node.value[int(step)])
        else:
            return Spot(spot.parent, spot.key, node, missing)
    return spot
