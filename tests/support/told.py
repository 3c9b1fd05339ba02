"""What is read of an event, as text that a person can check line by line."""

from __future__ import annotations

from debrief import events
from debrief.events.notice import Notice


def told(event: str | bytes) -> str:
    """The notices of an event, or the words with which it is refused."""
    try:
        notices = events.read(event)
    except events.NoOutageError as error:
        return f"no outage: {error}\n"
    except events.EventError as error:
        return f"refused: {error}\n"
    return "\n".join(spelt(notice) for notice in notices)


def spelt(notice: Notice) -> str:
    """Every field of a notice that holds something, one value a line."""
    lines = [f"source: {notice.source}", f"key: {notice.key}", f"title: {notice.title}"]
    lines += [
        f"{field}: " + value.replace("\n", "\n  | ")
        for field in ("reference", "severity", "summary", "trigger", "detected_by")
        if (value := getattr(notice, field)) is not None
    ]
    lines += [f"{point}: {moment.text}" for point, moment in notice.clock.items()]
    lines += [f"log: {e.at.text} [{e.kind or ''}] {e.event}" for e in notice.log]
    lines += [f"name: [{name.kind}] {name.text}" for name in notice.names]
    lines += [f"person: [{who.capacity}] {' / '.join(who.names)}" for who in notice.people]
    lines += [f"link: [{link.kind}] {link.title} <{link.url}>" for link in notice.links]
    lines += [f"tag: {tag}" for tag in notice.tags]
    lines += [f"follow-up: {text}" for text in notice.follow_ups]
    lines.append(f"over: {'yes' if notice.is_over else 'no'}")
    lines += [f"unread: {sentence}" for sentence in notice.unread]
    return "\n".join(lines) + "\n"
