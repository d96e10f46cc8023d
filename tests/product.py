"""The started product: web and worker as real processes on a database of their own, for browser and story tests."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from trustdesk.config.supervisor.children import Child


class Product:
    """`url` to call, `dsn` to look behind the scenes, `cli()` to run commands, `web` and `worker` to be unkind to."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.home = Path(tempfile.mkdtemp(prefix="trustdesk-product-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (self.home / "log").open("w")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PORT": str(self.port),
            "TRUSTDESK_HOME": str(self.home),
            "TRUSTDESK_DATABASE_URL": dsn,
            "TRUSTDESK_PUBLIC_URL": self.url,
            "TRUSTDESK_SAMPLE": "people",  # tests make their own content, and claim nobody else's
            "TRUSTDESK_PRIVATE_TARGETS": "allow",  # webhooks of tests are received on this machine
        }
        self.web = self._child("web", "--port", str(self.port))
        self.worker = self._child("worker")

    def start(self) -> "Product":
        self.cli("migrate")
        self.web.start()
        self.worker.start()
        self.wait_ready()
        return self

    def stop(self) -> None:
        deadline = time.monotonic() + 10
        for child in (self.web, self.worker):
            child.ask_to_stop()
        for child in (self.web, self.worker):
            child.end(deadline)
        self._log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def cli(self, *arguments: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `trustdesk …` on this product; with `check`, failing is an error that shows what was said."""
        done = subprocess.run(
            [sys.executable, "-m", "trustdesk", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"trustdesk {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return done

    def key(self, name: str, *scopes: str) -> str:
        """A fresh API key with these scopes; names may repeat."""
        made = self.cli("key", "create", f"{name} {uuid.uuid4().hex[:8]}", "--scopes", ",".join(scopes))
        return made.stdout.strip()

    def log(self) -> str:
        """What web and worker have written so far."""
        return (self.home / "log").read_text(errors="replace")

    def wait_ready(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                    return
            except (OSError, urllib.error.HTTPError) as error:
                if time.monotonic() > end:
                    raise AssertionError(f"not ready: {error}\n{self.log()}") from error
                time.sleep(0.2)

    def _child(self, name: str, *arguments: str) -> Child:
        return Child(name, [name, *arguments], environment=self.environment, say=print, output=self._log)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
