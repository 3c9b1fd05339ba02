"""The relay's settings, which are variables of the environment and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from debrief.relay.dispatch import Repository
from debrief.relay.signatures import SCHEMES, SecretError

PREFIX = "DEBRIEF_RELAY_"

GITHUB = "https://api.github.com"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.+\Z)[A-Za-z0-9._-]+")
_TOKEN = re.compile(r"[!-~]+")


class ConfigurationError(Exception):
    """The relay cannot run so; each line of the message names a variable, and never its value."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where to listen, where events go, and whose are taken: sender → its keys."""

    repository: Repository
    keys: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    host: str
    port: int


def variable(sender: str) -> str:
    """The variable with a sender's secret."""
    return PREFIX + sender.upper().replace("-", "_")


def read(environment: Mapping[str, str]) -> Configuration:
    """The settings. A sender without a secret is none. Raises :class:`ConfigurationError`.

    While a secret is being replaced, the one before it stands in the variable that ends in
    ``_OLD``.
    """
    wrong: list[str] = []
    keys: dict[str, tuple[bytes, ...]] = {}
    for sender, scheme in SCHEMES.items():
        found = []
        for name in (variable(sender), f"{variable(sender)}_OLD"):
            if name in environment:
                try:
                    found.append(scheme.key(environment[name].strip()))
                except SecretError as error:
                    wrong.append(f"{name} {error}")
        if found:
            keys[sender] = tuple(found)
    if not keys and not wrong:
        wrong.append(f"no sender has a secret: set {variable('pagerduty')}, or that of another")
    repository = _repository(environment, wrong)
    host = environment.get(f"{PREFIX}HOST", "127.0.0.1").strip()
    port = environment.get(f"{PREFIX}PORT", "8080").strip()
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65_535:
        wrong.append(f"{PREFIX}PORT is no port: write a number up to 65535")
    if wrong:
        raise ConfigurationError("\n".join(wrong))
    return Configuration(repository, keys, host, int(port))


def _repository(environment: Mapping[str, str], wrong: list[str]) -> Repository:
    name = environment.get(f"{PREFIX}REPOSITORY", "").strip()
    if not _NAME.fullmatch(name):
        wrong.append(f"{PREFIX}REPOSITORY is no repository: write OWNER/NAME")
    token = environment.get(f"{PREFIX}TOKEN", "").strip()
    if not _TOKEN.fullmatch(token):
        wrong.append(f"{PREFIX}TOKEN is missing, or is no token")
    api = environment.get(f"{PREFIX}API", GITHUB).strip().rstrip("/")
    if not _is_safe(api):
        wrong.append(f"{PREFIX}API is no https:// address")
    return Repository(api, name, token)


def _is_safe(api: str) -> bool:
    """Whether a token may be sent there: encrypted, or to this machine."""
    try:
        parts = urlsplit(api)
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or here) and "@" not in parts.netloc
