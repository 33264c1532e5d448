"""Firefox, driven by WebDriver BiDi, the protocol that it serves itself: enough to open a report and to press keys.

Playwright drives chromium here. Of Firefox it needs a build of its own, and its way to Debian's Firefox sends commands
that this one does not know.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_STARTS, _ANSWERS = 60, 20
"""Seconds that the browser may take to start, and to answer a command."""
_KEYS = {"Escape": "\ue00c"}
_QUIET = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.region.network.url": "",
    "browser.safebrowsing.update.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,",
}
"""Settings under which Firefox contacts no other machine."""


class Firefox:
    """One session, one tab; whatever a page says on the console, and each error in it, is in `trouble`."""

    def __init__(self, socket):
        self._socket, self._last = socket, 0
        self.trouble = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self._tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method, **params):
        """Send a command and return its result."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        end = time.monotonic() + _ANSWERS
        while True:
            said = json.loads(self._socket.recv(timeout=max(0.1, end - time.monotonic())))
            if said.get("method") == "log.entryAdded":
                self.trouble.append(said["params"]["text"])
            if said.get("id") == self._last:
                assert said["type"] == "success", said
                return said["result"]

    def open(self, address, width=1280, height=900):
        """Open a report in a window of this size and wait until its script is ready."""
        self.send("browsingContext.setViewport", context=self._tab, viewport={"width": width, "height": height})
        self.send("browsingContext.navigate", context=self._tab, url="about:blank", wait="complete")
        self.send("browsingContext.navigate", context=self._tab, url=address, wait="complete")
        self.wait("document.documentElement.dataset.ready === 'true'")

    def evaluate(self, expression):
        """Return the value of an expression of text, numbers, truth and flat lists of them."""
        found = self.send("script.evaluate", expression=expression, target={"context": self._tab}, awaitPromise=True)
        assert found["type"] == "success", found
        return _plain(found["result"])

    def wait(self, expression):
        """Wait until an expression is true."""
        end = time.monotonic() + _ANSWERS
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < end, f"still not true: {expression}"
            time.sleep(0.03)

    def press(self, *keys):
        """Press and release keys, one after the other."""
        acts = [{"type": kind, "value": _KEYS.get(key, key)} for key in keys for kind in ("keyDown", "keyUp")]
        self.send("input.performActions", context=self._tab, actions=[{"type": "key", "id": "keys", "actions": acts}])

    def picture(self, path):
        """Write a picture of what is in the window."""
        data = self.send("browsingContext.captureScreenshot", context=self._tab)["data"]
        Path(path).write_bytes(base64.b64decode(data))


def _plain(value):
    if value["type"] == "array":
        return [_plain(one) for one in value["value"]]
    return value.get("value")


@contextmanager
def started_firefox():
    """Start Firefox without a window and with an empty profile; skips the test where there is none."""
    if not FIREFOX:
        pytest.skip("no Firefox on this machine (Debian: apt-get install firefox-esr)")
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    with tempfile.TemporaryDirectory(prefix="ifh-firefox-", ignore_cleanup_errors=True) as profile:
        settings = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _QUIET.items())
        (Path(profile) / "user.js").write_text("".join(settings))
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = _port(Path(profile) / "WebDriverBiDiServer.json", browser)
            with client.connect(f"ws://127.0.0.1:{port}/session", max_size=1 << 28, proxy=None) as socket:
                yield Firefox(socket)
        finally:
            browser.terminate()
            try:
                browser.wait(20)
            except subprocess.TimeoutExpired:
                browser.kill()
                browser.wait()


def _port(file, browser):
    end = time.monotonic() + _STARTS
    while time.monotonic() < end and browser.poll() is None:
        try:
            return json.loads(file.read_text())["ws_port"]
        except (OSError, ValueError, KeyError):
            time.sleep(0.05)
    pytest.fail(f"{FIREFOX} did not serve WebDriver BiDi within {_STARTS} s")
