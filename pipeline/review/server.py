"""The report on this machine's own address, and the one place that takes decisions from a browser.

A page is served only below a path that begins with the token of this server, to a browser that asked for this very
host; a decision is taken only from a page of this origin. So neither another page in the same browser nor a name that
is made to lead here can read the report or decide anything.
"""

from __future__ import annotations

import html
import ipaddress
import json
import re
import secrets
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from pipeline.decisions import append_decisions, check_decisions, find_standing, write_line
from pipeline.errors import UsageError
from pipeline.review.posts import LONGEST_POST, read_post
from pipeline.schema import ConflictRow
from pipeline.store import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.schema import Decision

LOOPBACK = "127.0.0.1"
HOME = "report.html"
DECISIONS = "decisions"
PAGE = re.compile(r"report\.html|report/[a-z0-9][a-z0-9.-]{0,200}\.html")
SECONDS = 30  # a browser that says nothing for so long is let go

# Beside the policy that every page carries itself: no frame around it, no guessing of types, no copy left behind.
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
POLICY, LOOSENED = b"default-src &#39;none&#39;", b"default-src &#39;none&#39;; connect-src &#39;self&#39;"
ROOT = b'<html lang="en"'


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a server needs: the result, the decisions file, and who usually sits there."""

    out: Path
    decisions: Path
    reviewer: str = ""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    on_decision: Callable[[Decision], None] = lambda _: None


class ReviewServer(ThreadingHTTPServer):
    """Serves one desk. `address` is what a person opens."""

    daemon_threads = True
    request_queue_size = 64  # browsers open several connections for each tab

    def __init__(self, desk: Desk, host: str, port: int, certificate: tuple[Path, Path] | None) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if certificate:
            context.load_cert_chain(*certificate)
        super().__init__((host, port), Handler)
        self.desk = desk
        if certificate:
            # The handshake is made by the thread of its request, so that a silent client holds up nobody else.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.scheme = "https" if certificate else "http"
        names = {host, *(("localhost", LOOPBACK) if is_loopback(host) else ())}
        self.hosts = {f"{name}:{self.server_port}" for name in names}
        self.origins = {f"{self.scheme}://{name}" for name in self.hosts}
        self.address = f"{self.scheme}://{host}:{self.server_port}/{desk.token}/{HOME}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that hangs up; what a reviewer must know is in the answer."""

    def find_conflict(self, conflict_id: str) -> bool:
        """Whether the result that stands in OUT now has such a conflict."""
        return any(row.conflict_id == conflict_id for row in read_table(self.desk.out, ConflictRow))


def open_server(
    desk: Desk,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    certificate: tuple[Path, Path] | None = None,
    insecure: bool = False,
) -> ReviewServer:
    """A server that listens; the caller runs and closes it. Port 0 takes any that is free.

    Raises UsageError where there is no report, where the address cannot be had or is not this machine's own and neither
    a certificate nor `insecure` is given, and where the decisions file holds a line that is none.
    """
    if not (desk.out / HOME).is_file():
        raise UsageError(f"{desk.out}: holds no {HOME}; run 'claims extract' or 'claims report' first.")
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  (refused)
        raise UsageError(f"--host {host}: is every address at once; name the one that reviewers will open.")
    if not (is_loopback(host) or certificate or insecure):
        message = f"--host {host}: others could read along; give --certificate and --key, or --insecure to accept that."
        raise UsageError(message)
    append_decisions(desk.decisions, ())  # mends what a crash left, and tells at once where nothing can be written
    _, problems = check_decisions(desk.decisions)
    if problems:
        raise UsageError(problems[0])
    try:
        return ReviewServer(desk, host, port, certificate)
    except OSError as error:  # a bad certificate is one too
        raise UsageError(f"{host}:{port}: cannot be served ({error.strerror or error}); name another.") from error


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: ReviewServer
    protocol_version = "HTTP/1.1"
    timeout = SECONDS
    server_version, sys_version = "claimsift", ""

    def do_GET(self) -> None:
        """A page of the report, or all verdicts that stand."""
        path = self._find_path()
        if path is None:
            return
        if path == "":
            self._answer(HTTPStatus.FOUND, b"", "text/plain", Location=f"/{self.server.desk.token}/{HOME}")
        elif path == DECISIONS:
            self._answer_json(HTTPStatus.OK, self._read_standing())
        elif PAGE.fullmatch(path):
            self._answer_page(path)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such page.")

    def do_POST(self) -> None:
        """A decision."""
        body = self._read_body()  # first, since a browser that is still sending does not hear a refusal
        path = None if body is None else self._find_path()
        if path is None or body is None:
            return
        if path != DECISIONS:
            self._refuse(HTTPStatus.NOT_FOUND, "Decisions are not taken here.")
        elif self.headers.get("Origin") not in self.server.origins:
            self._refuse(HTTPStatus.FORBIDDEN, "Decisions are taken from the report's own pages alone.")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "A decision is sent as application/json.")
        else:
            self._take_decision(body)

    def _take_decision(self, body: bytes) -> None:
        desk = self.server.desk
        try:
            decision = read_post(body)
        except UsageError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        try:
            if not self.server.find_conflict(decision.conflict_id):
                self._refuse(HTTPStatus.CONFLICT, "The result has no such conflict any more; load the page again.")
                return
            append_decisions(desk.decisions, (decision,))
            standing = self._read_standing()
        except UsageError as error:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
            return
        desk.on_decision(decision)
        self._answer_json(HTTPStatus.CREATED, standing)

    def _find_path(self) -> str | None:
        """What stands behind the token; None, and answered, where host or token are not ours."""
        if self.headers.get("Host") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN, "This server answers to its own address alone.")
            return None
        _, token, path = (*self.path.partition("?")[0].split("/", 2), "", "")[:3]
        if not secrets.compare_digest(token.encode(), self.server.desk.token.encode()):
            self._refuse(HTTPStatus.FORBIDDEN, "Open the whole address that 'claims review' has printed.")
            return None
        return path

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > LONGEST_POST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "A decision is shorter than that.")
            return None
        return self.rfile.read(int(length))

    def _read_standing(self) -> list[object]:
        decisions, _ = check_decisions(self.server.desk.decisions)
        standing = find_standing(decisions)
        return [json.loads(write_line(decision)) for told in standing.values() for decision in told]

    def _answer_page(self, path: str) -> None:
        try:
            page = (self.server.desk.out / path).read_bytes()
        except OSError:
            self._refuse(HTTPStatus.NOT_FOUND, "The result has no such page any more.")
            return
        served = f' data-served data-reviewer="{html.escape(self.server.desk.reviewer)}"'
        # Both stand in the head, in front of anything that comes from a page.
        page = page.replace(POLICY, LOOSENED, 1).replace(ROOT, ROOT + served.encode(), 1)
        self._answer(HTTPStatus.OK, page, "text/html; charset=utf-8")

    def _answer_json(self, status: HTTPStatus, content: object) -> None:
        self._answer(status, json.dumps(content).encode(), "application/json")

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self.close_connection = True  # a body that was not read must not be taken for the next request
        self._answer_json(status, {"error": why})

    def _answer(self, status: HTTPStatus, body: bytes, kind: str, **more: str) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **more, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the signature of http.server)
        """Keep the token out of every log."""
