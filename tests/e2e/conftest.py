"""The browser of the e2e tests."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

# Without the networking flags Chromium looks for hosts that a closed network refuses, many at a time.
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and "CI" in os.environ:
        pytest.fail("CI must have a browser: apt-get install chromium")
    if path is None:
        pytest.skip("no Chromium on this machine; CI runs this test (apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()
