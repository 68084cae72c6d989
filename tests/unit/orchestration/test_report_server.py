"""The server of reports: serves two kinds of pages on loopback, and nothing else."""

import http.client
import os
import threading

import pytest

from henk_pipeline.orchestration.report_server import serve_reports

KEY = "acme_people_1f0c9a2b_2026-11-22T0204"


@pytest.fixture
def served(tmp_path):
    """A home with a report, things that must not be served, and a server; gives a function that asks it."""
    uploads = tmp_path / "uploads"
    (uploads / KEY / "original").mkdir(parents=True)
    (uploads / KEY / "report.html").write_text("<p>report</p>")
    (uploads / KEY / "upload.json").write_text("{}")
    (uploads / KEY / "original" / "report.html").write_text("original")
    (tmp_path / "report.html").write_text("outside")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "report.html").write_text("outside")
    (uploads / "linked-folder").symlink_to(tmp_path / "outside")
    (uploads / "linked-file").mkdir()
    (uploads / "linked-file" / "report.html").symlink_to(tmp_path / "outside" / "report.html")
    (uploads / "pipe").mkdir()
    os.mkfifo(uploads / "pipe" / "report.html")
    (tmp_path / "dashboard.html").write_text("dashboard")
    server = serve_reports(uploads, 0, tmp_path / "dashboard.html")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def ask(path, method="GET", host=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        connection.putrequest(method, path, skip_host=True)
        if host != "":
            connection.putheader("Host", host or f"127.0.0.1:{server.server_port}")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())

    yield ask
    server.shutdown()
    thread.join()
    server.server_close()


def test_reports_and_the_dashboard_are_served(served):
    status, text, headers = served(f"/{KEY}/report.html")
    assert (status, text) == (200, "<p>report</p>")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert served(f"/{KEY}/report.html", "HEAD")[:2] == (200, "")
    assert served(f"/{KEY}/report.html?x=1")[0] == 200
    assert served("/dashboard.html")[:2] == (200, "dashboard")


@pytest.mark.parametrize(
    "path",
    [
        "/", "", "/report.html", f"/{KEY}", f"/{KEY}/", f"/{KEY}/upload.json", f"/{KEY}/original/report.html", "/../report.html",
        "/%2e%2e/report.html", "/..%2freport.html", f"/{KEY}/../../report.html", f"/{KEY}%2f..%2f..%2freport.html", "//report.html",
        "/linked-folder/report.html", "/linked-file/report.html", "/pipe/report.html", "/%00/report.html", "/%ff/report.html",
        "/no-such_upload/report.html", f"/./{KEY}/report.html",
    ],
)  # fmt: skip
def test_nothing_else_is(served, path):
    status, text, _ = served(path)
    assert (status, text) == (404, "") or status == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:3001", "", "localhost@evil.example", "[::1]:3001"])
def test_a_page_of_the_web_under_another_name_reads_nothing(served, host):
    assert served(f"/{KEY}/report.html", host=host)[0] == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:3001", "127.0.0.1", "127.0.0.1:3001"])
def test_this_machine_may(served, host):
    assert served(f"/{KEY}/report.html", host=host)[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_pages_are_only_read(served, method):
    assert served(f"/{KEY}/report.html", method)[0] == 501
