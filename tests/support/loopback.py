"""A stand-in for the API of GitHub on this machine: answers as told, and keeps what it got."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class LoopbackGitHub:
    """Answers with the next of the statuses, and with 204 once they are used up."""

    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """The path, the headers and the body of each request."""
    address: str = ""

    @property
    def events(self) -> list[Any]:
        """What was dispatched: each body, read."""
        return [json.loads(body) for _, _, body in self.received]


@contextmanager
def loopback_github() -> Iterator[LoopbackGitHub]:
    github = LoopbackGitHub()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                headers = {key.lower(): value for key, value in self.headers.items()}
                github.received.append((self.path, headers, body))
                status = github.statuses.pop(0) if github.statuses else 204
            self.send_response(status)
            for key, value in github.headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the name by which the library finds it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    github.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
