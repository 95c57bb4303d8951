"""What `amicale init` writes: the settings file and the units of systemd, for a machine that serves an association."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from engine.errors import Conflict

__all__ = ["SettingsThere", "settings_text", "units", "write_new"]

HARDENED: Final = """NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=yes
ReadWritePaths={var}
"""


class SettingsThere(Conflict):
    """“{file}” is there already: `amicale init` writes over nothing. Move it away, or choose another --folder."""

    code: ClassVar[str] = "settings_there"


def settings_text(said: Mapping[str, str]) -> str:
    """The settings as systemd's EnvironmentFile reads them: quoted, so that any secret is one value."""
    lines = ["# The settings of Amicale; `amicale settings` says what each is for. Secrets: for the eyes of its owner."]
    for name, value in said.items():
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
        lines.append(f'AMICALE_{name.upper()}="{quoted}"')
    return "\n".join(lines) + "\n"


def units(program: Path, settings: Path, var: Path, user: str, *, worker: bool) -> dict[str, str]:
    """The units by file name: web, a nightly backup with its timer, and a worker where the web does not run jobs."""
    common = f"User={user}\nEnvironmentFile={settings}\nWorkingDirectory={var}\n" + HARDENED.format(var=var)
    web = (
        "[Unit]\nDescription=Amicale: web pages\nAfter=network-online.target\nWants=network-online.target\n\n"
        f"[Service]\n{common}ExecStartPre={program} migrate\nExecStart={program} run --no-demo\n"
        "Restart=on-failure\nRestartSec=2\nTimeoutStopSec=45\n\n[Install]\nWantedBy=multi-user.target\n"
    )
    backup = (
        "[Unit]\nDescription=Amicale: backup\n\n"
        f"[Service]\nType=oneshot\n{common}ExecStart={program} backup {var / 'backups'} --keep 14\n"
    )
    nightly = (
        "[Unit]\nDescription=Amicale: backup every night\n\n[Timer]\nOnCalendar=*-*-* 02:30\nPersistent=yes\n"
        "RandomizedDelaySec=15min\n\n[Install]\nWantedBy=timers.target\n"
    )
    made = {"amicale-web.service": web, "amicale-backup.service": backup, "amicale-backup.timer": nightly}
    if worker:
        made["amicale-worker.service"] = (
            "[Unit]\nDescription=Amicale: due work\nAfter=amicale-web.service\n\n"
            f"[Service]\n{common}ExecStart={program} worker\nRestart=on-failure\nRestartSec=2\nTimeoutStopSec=45\n\n"
            "[Install]\nWantedBy=multi-user.target\n"
        )
    return made


def write_new(file: Path, text: str, *, mode: int = 0o644) -> None:
    """Writes a file that was not there. Raises SettingsThere."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError as error:
        raise SettingsThere(file=file) from error
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)
