"""Take webhooks of incident tools, and pass on what is genuine as an event of the repository.

Usage: debrief relay [--help]

It takes no arguments. All is set in the environment: DEBRIEF_RELAY_REPOSITORY (OWNER/NAME),
DEBRIEF_RELAY_TOKEN, and for each sender its secret, such as DEBRIEF_RELAY_PAGERDUTY for what is
posted to /pagerduty. It listens on DEBRIEF_RELAY_HOST (127.0.0.1) and DEBRIEF_RELAY_PORT (8080),
and speaks plain HTTP: put it behind something that speaks TLS. The page "Webhooks of incident
tools" of the handbook has the list.

Exit code: 0 it was stopped, 2 it cannot run so.
"""

from __future__ import annotations

import os
import signal
import socketserver
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from debrief.relay import configuration
from debrief.relay.application import HEALTH, Relay
from debrief.relay.configuration import ConfigurationError
from debrief.relay.dispatch import Sender

# Unlike every other command it does without click and all else that would have to be installed:
# Python alone is enough to run it where the network reaches it, and there is nothing to keep up to
# date but Python.
ENVIRONMENT = "gate"

UNABLE = 2


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """Serves each request in a thread of its own, and ends what it has begun before it stops."""

    daemon_threads = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing: whoever hung up early is no news, and a traceback would quote requests."""


class Handler(WSGIRequestHandler):
    """Reads requests, and leaves the log to the application, which knows what may stand in it."""

    timeout = 10  # seconds without a byte

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Serve, as the environment says; the exit code."""
    about, usage, more = (__doc__ or "").split("\n\n", 2)
    if arguments in (["--help"], ["-h"]):
        print(f"{usage}\n\n{about}\n\n{more}", end="")
        return 0
    if arguments:
        return refuse("it takes no arguments; its settings are in the environment")
    try:
        settings = configuration.read(environment)
    except ConfigurationError as error:
        return refuse(str(error))
    sender = Sender(settings.repository, time.monotonic, time.sleep)
    try:
        server = Server((settings.host, settings.port), Handler)
    except OSError as error:
        return refuse(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}")
    server.set_app(Relay(settings.keys, sender, time.time, log))
    serve(server, settings.repository.name, sorted(settings.keys))
    return 0


def serve(server: Server, repository: str, senders: list[str]) -> None:
    """Serve until the process is asked to end."""

    def stop(*_: object) -> None:
        # Not in this thread, which is the one that would have to notice.
        threading.Thread(target=server.shutdown).start()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    paths = ", ".join(f"/{name}" for name in senders)
    log(f"listening on port {server.server_port} for {repository}: {paths}; {HEALTH} says ok")
    with server:
        server.serve_forever(poll_interval=0.2)
    log("stopped")


def log(line: str) -> None:
    """A line for the log, which is what is printed."""
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)


def refuse(words: str) -> int:
    """Say why it cannot run; the exit code."""
    for line in words.splitlines():
        print(f"debrief relay: {line}", file=sys.stderr)
    return UNABLE


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], os.environ))
