"""Install and build the servers and programs that the tests need (`make engines`)."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from tools import chromium, crdb_statements, golang
from tools.servers import mariadb, postgresql, tidb

_ATTEMPTS = 3


def main() -> int:
    """Install, build and report what is ready; return the exit status."""
    missing = missing_packages()
    if missing:
        install_packages(missing)
        missing = missing_packages()
    try:
        build_all()
    except golang.BuildError as error:
        print(error, file=sys.stderr)
        missing.append("TiDB or CockroachDB's parser")
    reasons = {
        "PostgreSQL": postgresql.unavailable(),
        "MariaDB": mariadb.unavailable(),
        "TiDB": tidb.unavailable(),
        "CockroachDB's parser": crdb_statements.unavailable(),
        "Chromium": chromium.unavailable(),
    }
    for name, reason in reasons.items():
        print(f"{name}: {reason or 'ready'}")
    return 1 if missing or any(reasons.values()) else 0


def missing_packages() -> list[str]:
    """Return the Debian packages of everything that is missing."""
    headers = Path(sysconfig.get_paths()["include"], "Python.h")
    pkg_config = shutil.which("pkg-config")
    client = [pkg_config or "false", "--exists", "libmariadb"]
    there = {
        "postgresql": postgresql.unavailable() is None,
        "mariadb-server": mariadb.unavailable() is None,
        "gcc": shutil.which("cc") is not None,
        "libc6-dev": Path("/usr/include/stdio.h").exists(),
        "pkg-config": pkg_config is not None,
        "libmariadb-dev": subprocess.run(client, check=False).returncode == 0,
        "python3-dev": headers.exists(),
        chromium.PACKAGE: chromium.unavailable() is None,
    }
    return [name for name, found in there.items() if not found]


def install_packages(names: list[str]) -> None:
    """Install Debian packages, or print how to install them."""
    listed = " ".join(names)
    if shutil.which("apt-get") is None:
        print(f"Not installed: {listed} (Debian's names); use your system's package manager.")
    elif os.geteuid() != 0:
        print(f"Not installed: {listed}; run: sudo apt-get install -y {listed}")
    else:
        print(f"Installing {listed} ...", flush=True)
        output = apt_install(names)
        if output:
            print(f"{output}\nCould not install {listed}; the lines above say why.")


def apt_install(names: list[str]) -> str:
    """Install packages, updating the package list if needed; return the error output, if any."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    update = ["apt-get", "update", "-qq"]
    output = ""
    for command in (install, *(update, install) * _ATTEMPTS):
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if command is install:
            if done.returncode == 0:
                return ""
            output = "\n".join(done.stdout.strip().splitlines()[-15:])
        elif done.returncode:
            time.sleep(5)
    return output


def build_all() -> None:
    """Build the programs that no package manager offers, unless they are built already."""
    if tidb.unavailable():
        stamp = "github.com/pingcap/tidb/pkg/parser/mysql.TiDBReleaseVersion"
        golang.build(
            "TiDB (some ten minutes, 5 GB of downloads and caches)",
            tidb.MODULE,
            "github.com/pingcap/tidb/cmd/tidb-server",
            f"-s -w -X {stamp}={tidb.VERSION}",
            tidb.program(),
        )
    if crdb_statements.unavailable():
        golang.build(
            "CockroachDB's parser (some two minutes)",
            crdb_statements.MODULE,
            ".",
            "-s -w",
            crdb_statements.program(),
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
