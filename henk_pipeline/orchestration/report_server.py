"""Serves the reports on uploads and the dashboard on loopback, so that links in the Dagster UI open. Nothing else of the home is served.

`python -m henk_pipeline.orchestration.report_server` serves those of HENK_HOME at HENK_REPORTS_PORT.
"""

import logging
import os
import re
import stat
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from henk_pipeline.settings import load_settings

ADDRESS = "127.0.0.1"
REPORT = "report.html"
DASHBOARD = "dashboard.html"
# A key of an upload: no dot at its start, no slash, so that a path cannot leave its folder.
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Another name for this address would be DNS rebinding: a page of the web that reads what only this machine may.
HOSTS = frozenset({"localhost", ADDRESS})
MAX_IDLE_SECONDS = 30
# A report has no script; the dashboard has its charts in the page itself.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
DASHBOARD_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

log = logging.getLogger(__name__)


def serve_reports(folder: Path, port: int, dashboard: Path | None = None) -> ThreadingHTTPServer:
    """Return a server on 127.0.0.1 that is bound and not yet serving; call its `serve_forever`.

    Args:
        folder: The folder of uploads; `<key>/report.html` in it is served at the same path.
        port: The port; 0 for any that is free.
        dashboard: The page that is served at /dashboard.html; by default dashboard.html in `folder`.

    Raises:
        OSError: The port is taken.
    """
    page = dashboard or folder / DASHBOARD

    class Handler(_Handler):
        uploads = folder
        dashboard = page

    server = ThreadingHTTPServer((ADDRESS, port), Handler)
    server.daemon_threads = True
    return server


class _Handler(BaseHTTPRequestHandler):
    uploads: Path
    dashboard: Path
    timeout = MAX_IDLE_SECONDS
    server_version = "henk"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with the page."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer without the page."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if not self._is_local():
            self._refuse(HTTPStatus.FORBIDDEN)
            return
        page = self._page()
        content = None if page is None else _read(*page)
        if content is None:
            self._refuse(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        policy = DASHBOARD_POLICY if page == (self.dashboard.parent, self.dashboard.name) else REPORT_POLICY
        self._end_headers(len(content), policy)
        if with_body:
            self.wfile.write(content)

    def _is_local(self) -> bool:
        hosts = self.headers.get_all("Host") or []
        return len(hosts) == 1 and re.sub(r":\d{1,5}$", "", hosts[0]).lower() in HOSTS

    def _page(self) -> tuple[Path, str] | None:
        """Return folder and name of the page that is requested."""
        try:
            parts = unquote(urlsplit(self.path).path, errors="strict").split("/")
        except (ValueError, UnicodeDecodeError):
            return None
        if parts == ["", DASHBOARD]:
            return self.dashboard.parent, self.dashboard.name
        if len(parts) == 3 and not parts[0] and KEY.fullmatch(parts[1]) and parts[2] == REPORT:
            return self.uploads / parts[1], REPORT
        return None

    def _refuse(self, status: HTTPStatus) -> None:
        self.send_response(status)
        self._end_headers(0, REPORT_POLICY)

    def _end_headers(self, length: int, policy: str) -> None:
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(length)),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep requests out of the output of `henk ui`."""
        log.debug(format, *args)


def _read(folder: Path, name: str) -> bytes | None:
    """Return a regular file's content, through no link: neither the folder nor the file may be one. None if there is none."""
    try:
        directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        # O_NONBLOCK: a named pipe must not hold the thread.
        with os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory), "rb") as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None
    finally:
        os.close(directory)


def main() -> None:
    """Serve until the process is ended."""
    settings = load_settings()
    serve_reports(settings.uploads, settings.reports_port, settings.analytics.with_name(DASHBOARD)).serve_forever()


if __name__ == "__main__":
    main()
