"""The programs that the clients talk to, as processes of their own."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STONECHAT = Path(os.environ.get("STONECHAT_BIN", ROOT / "target/debug/stonechat")).resolve()
ECHO = STONECHAT.parent / "examples/echo"

# For a busy machine: what works takes a fraction of it.
PATIENCE = 30


class Program:
    """A process that says in its first line at which address it is ready."""

    def __init__(self, *command, settings=None):
        own = {name: value for name, value in os.environ.items() if not name.startswith("STONECHAT_")}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=own | (settings or {}), stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        address = re.search(r"http://\S+", line)
        if not address:
            self.kill()
            raise AssertionError(f"{command[0]} said {line!r} instead of its address")
        self.url = address.group()

    def kill(self):
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Stonechat:
    """The server; it keeps its data folder and its port when it is killed and started again."""

    def __init__(self, **settings):
        self.settings = {f"STONECHAT_{name.upper()}": str(value) for name, value in settings.items()}
        self.data = tempfile.mkdtemp(prefix="stonechat-test-")
        self.port = "0"
        self.start()

    @property
    def url(self):
        return self.program.url

    def start(self):
        flags = ("--port", self.port, "--data", self.data)
        self.program = Program(str(STONECHAT), *flags, settings=self.settings)
        self.port = self.url.rsplit(":", 1)[1]

    def kill(self):
        self.program.kill()

    def remove(self):
        self.kill()
        shutil.rmtree(self.data)


def echo():
    """`examples/echo`, which says back what it is told."""
    return Program(str(ECHO))
