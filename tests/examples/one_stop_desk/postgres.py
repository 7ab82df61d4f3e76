"""A PostgreSQL server of a test's own: in a folder of its own, on a socket, killed as it likes."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

# Where Debian, Homebrew and Fedora put the programs.
_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")


def find_programs() -> Path | None:
    """Return the folder of the newest `initdb` and `postgres`; None where there are none."""
    found = [path for place in _PLACES for path in Path("/").glob(place.lstrip("/"))]
    on_path = shutil.which("initdb")
    if on_path:
        found.insert(0, Path(on_path).resolve().parent)
    found.sort(key=lambda path: [int(n) for n in path.parts if n.isdecimal()], reverse=True)
    whole = (p for p in found if (p / "initdb").exists() and (p / "postgres").exists())
    return next(whole, None)


class Server:
    """A server that was started; `kill` ends its processes, `start` begins again.

    `safe` lets it wait for the disk, which matters where the machine itself dies.
    """

    def __init__(self, programs: Path, *, safe: bool = True) -> None:
        self._programs, self._safe = programs, safe
        self.folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        # Root may not run it: another user of the machine does.
        self._user = None
        if os.geteuid() == 0:
            names = {each.pw_name for each in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(self.folder, self._user)
        self._run(
            "initdb", "-D", self.data, "-U", "desk", "--auth=trust", "-E", "UTF8", "--locale=C"
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def url(self) -> str:
        return f"postgresql://desk@/postgres?host={self.folder}"

    def _run(self, program: str, *args: str) -> None:
        subprocess.run(
            [self._programs / program, *args],
            check=True,
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Begin, or begin again after `kill`: then it recovers from its log."""
        socket: tuple[str, ...] = ("-k", str(self.folder), "-c", "listen_addresses=")
        if not self._safe:
            socket += ("-c", "fsync=off")
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.data, *socket],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ready = self._programs / "pg_isready"
        for _ in range(200):
            asked: list[str | Path] = [ready, "-q", "-h", self.folder, "-U", "desk"]
            if subprocess.run(asked, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """End all its processes at once, without a word."""
        assert self._process
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        pids = [int(each) for each in children.read_text().split()] if children.exists() else []
        for each in (pid, *pids):
            os.kill(each, signal.SIGKILL)
        self._process.wait()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def end(self) -> None:
        """End it and remove its folder."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
