"""Hostile texts, and values with one of them wherever an author may write what he likes."""

from __future__ import annotations

from typing import Any

PAYLOADS = (
    '<script>window.ran=1</script>"><img src=x onerror="ran(1)">{{7*7}}[x](javascript:x)|`<b>`',
    "\"><img src=x onerror='window.ran=1'>",
    '"><svg onload=ran(1)>',
    "<b>",
)
"""Hostile texts, the longest first: each field gets the longest that its schema allows."""


def free_text(schema: dict[str, Any], part: Any, resolve: Any) -> Any:
    """The same values with every free text replaced by a hostile one."""
    schema = resolve(schema)
    if isinstance(part, dict):
        known = schema.get("properties", {})
        other = schema.get("additionalProperties", {})
        return {
            key: free_text(known.get(key, other), value, resolve) for key, value in part.items()
        }
    if isinstance(part, list):
        return [free_text(schema["items"], item, resolve) for item in part]
    if schema.get("type") != "string" or {"enum", "pattern", "format"} & schema.keys():
        return part
    return next(text for text in PAYLOADS if len(text) <= schema.get("maxLength", 999))


HOSTILE_BODY = "\n\n".join(
    f"## {title}\n\n{PAYLOADS[0]}\n\n```{{ #__config .mermaid }}\n{PAYLOADS[0]}\n```"
    for title in ("Executive summary", "What happened", "Root cause", '"><script>x</script>')
)
