"""A private, throw-away PostGIS cluster on a unix socket, with a migrated template that each test clones."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from services.storage.schema import prepare
from services.storage.store import connect

INSTALL = "apt-get install postgresql-postgis"
# Without fsync a crash of the machine loses data; a crash of the server, which tests cause, does not:
# a commit is acknowledged only once its log is with the operating system (synchronous_commit stays on).
QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@dataclass
class Cluster:
    """A running cluster; ``url`` of a new database with the store's tables in it costs a file copy."""

    folder: Path
    binaries: Path
    _numbers: itertools.count = field(default_factory=itertools.count)

    def url(self, *, template: str = "store") -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url_of(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever still holds a connection to it."""
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url_of(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run([*as_postgres, *command], capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            pytest.fail(f"{program} failed: {done.stdout}{done.stderr}", pytrace=False)

    def start(self) -> None:
        said = f"-k {self.folder} -c listen_addresses=" + "".join(f" -c {k}={v}" for k, v in QUICK.items())
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", said, "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """End the server as a crash would."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.02)


def new_cluster() -> Cluster:
    """Make and start a cluster; fails with the command that installs PostGIS where it is missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(there) for there in [shutil.which("initdb")] if there
    ]
    if not found:
        pytest.fail(f"The store is tested on PostGIS too, which is not installed; as root: {INSTALL}", pytrace=False)
    folder = Path(tempfile.mkdtemp(prefix="geopolity-pg-", dir="/tmp"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = Cluster(folder=folder, binaries=found[-1].parent)
    cluster.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
    cluster.start()
    engine = connect(cluster.url(template="template0").replace("test_0", "test_0"))
    try:
        prepare(engine)
    except Exception as error:  # noqa: BLE001 - whatever it is, the developer needs the way out
        pytest.fail(f"PostGIS cannot be used ({error}); as root: {INSTALL}", pytrace=False)
    finally:
        engine.dispose()
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute("ALTER DATABASE test_0 RENAME TO store")
    return cluster


def remove(cluster: Cluster) -> None:
    """Stop the cluster and delete it."""
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)
