"""Names that tools have for data, as they are compared, and ids for the catalog made of them."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_ID = 120

_QUOTES = str.maketrans("", "", '"`[]')
_AROUND_DOTS = re.compile(r"\s*\.\s*")
_NOT_IN_IDS = re.compile(r"[^a-z0-9._-]+")


def normal(name: str) -> str:
    """A name as it is compared: letter case, and how an adapter quotes it, do not matter.

    ``"PROD"."Pricing"."ORDERS"``, `` `prod`.pricing.orders `` and ``[prod].[pricing].[orders]`` are
    the same relation.
    """
    return _AROUND_DOTS.sub(".", name.translate(_QUOTES)).strip().casefold()


def spelled(name: str) -> str:
    """A relation without the quotes of its adapter; letter case is kept for people."""
    return _AROUND_DOTS.sub(".", name.translate(_QUOTES)).strip()


def asset_id(*parts: str) -> str:
    """An id for people to read, of parts such as a schema and a table.

    A part in another script leaves no letters that an id may have; it is told by a digest, so that
    two such names do not become one id.
    """
    words = ".".join(_word(part) for part in parts if part.strip())
    return words if len(words) <= MAX_ID else with_digest(words, "".join(parts))


def with_digest(asset: str, what: str) -> str:
    """An id that differs from another by the digest of what is meant."""
    return f"{asset[: MAX_ID - 9].rstrip('._-')}-{_digest(what)}"


def _word(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode("ascii")
    word = _NOT_IN_IDS.sub("_", plain).strip("._-")
    return word or f"x{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
