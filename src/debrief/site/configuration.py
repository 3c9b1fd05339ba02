"""The site's configuration as settings that can be taken out and put in.

A setting is a node of YAML and not a value: so what is not changed is written as it was, and may
hold tags that mean something to the generator alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from debrief.nodes import write_yaml

Settings = dict[str, yaml.Node]
"""Settings by their names."""

_FROM_ENVIRONMENT = "!ENV"


def read(text: str, environment: Mapping[str, str]) -> Settings:
    """The settings of a text; what it takes from the environment has its value from now on.

    Raises ValueError where the text is no YAML, or no mapping.
    """
    try:
        top = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"it cannot be read: {error}") from error
    if not isinstance(top, yaml.MappingNode):
        raise ValueError("it is no mapping of settings")  # noqa: TRY004 - the text is wrong, no type
    return {key.value: _resolved(value, environment) for key, value in top.value}


def write(settings: Settings) -> str:
    """The settings as YAML."""
    text: str = yaml.serialize(
        _mapping(settings), Dumper=yaml.SafeDumper, allow_unicode=True, width=10**9
    )
    return text


def inner(setting: yaml.Node | None) -> Settings:
    """The settings within a setting; none where it is not there."""
    pairs = setting.value if isinstance(setting, yaml.MappingNode) else []
    return {key.value: value for key, value in pairs}


def text_of(setting: yaml.Node | None) -> str:
    """A setting that is a text; empty where it is not there."""
    return setting.value if isinstance(setting, yaml.ScalarNode) else ""


def texts_in(setting: yaml.Node | None) -> Iterator[str]:
    """Every text within a setting, however deep; of mappings the values alone."""
    if isinstance(setting, yaml.MappingNode):
        for _, value in setting.value:
            yield from texts_in(value)
    elif isinstance(setting, yaml.SequenceNode):
        for item in setting.value:
            yield from texts_in(item)
    elif isinstance(setting, yaml.ScalarNode):
        yield setting.value


def setting(value: str | Settings) -> yaml.Node:
    """A text or settings as a setting."""
    if isinstance(value, dict):
        return _mapping(value)
    written = yaml.compose(write_yaml({"value": value}), yaml.SafeLoader)
    return inner(written)["value"]


def _mapping(settings: Settings) -> yaml.MappingNode:
    pairs = [(yaml.ScalarNode("tag:yaml.org,2002:str", name), v) for name, v in settings.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs)


def _resolved(node: yaml.Node, environment: Mapping[str, str]) -> yaml.Node:
    """The same with the values of the environment for `!ENV NAME` and `!ENV [NAME, default]`."""
    if node.tag == _FROM_ENVIRONMENT:
        names = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = next((environment[n.value] for n in names if n.value in environment), None)
        if found is not None:
            return setting(found)
        default = names[-1]
        return default if len(names) > 1 else yaml.ScalarNode("tag:yaml.org,2002:null", "null")
    if isinstance(node, yaml.MappingNode):
        node.value = [(key, _resolved(value, environment)) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        node.value = [_resolved(item, environment) for item in node.value]
    return node
