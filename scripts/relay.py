"""Take webhooks of incident tools, and pass on what is genuine as an event of the repository."""

from __future__ import annotations

import os
import signal
import socketserver
import threading
import time
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import _console
import click

from debrief.relay import configuration
from debrief.relay.application import HEALTH, Relay
from debrief.relay.configuration import ConfigurationError
from debrief.relay.dispatch import Sender

ENVIRONMENT = "gate"


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


@click.command()
@click.option(
    "--host",
    envvar=f"{configuration.PREFIX}HOST",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 in a container.",
)
@click.option(
    "--port",
    envvar=f"{configuration.PREFIX}PORT",
    type=click.IntRange(0, 65_535),
    default=8080,
    show_default=True,
    help="The port to listen on; 0 takes any that is free.",
)
def main(host: str, port: int) -> int:
    """Take webhooks of incident tools, and pass on what is genuine as an event of the repository.

    All else is set in the environment: DEBRIEF_RELAY_REPOSITORY (OWNER/NAME), DEBRIEF_RELAY_TOKEN,
    and for each sender its secret, such as DEBRIEF_RELAY_PAGERDUTY for what is posted to
    /pagerduty. The page "Webhooks of incident tools" of the handbook has the list. It speaks plain
    HTTP: put it behind something that speaks TLS.

    Exit code: 0 it was stopped, 2 it cannot run so.
    """
    try:
        settings = configuration.read(os.environ)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from None
    sender = Sender(settings.repository, time.monotonic, time.sleep)
    relay = Relay(settings.keys, sender, time.time, log)
    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {host}:{port}: {error.strerror}") from None
    server.set_app(relay)
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
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}")


if __name__ == "__main__":
    _console.run(main, "relay")
