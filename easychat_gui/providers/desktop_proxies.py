"""The proxies that a person set in the settings of a Linux desktop: GNOME and its relatives, KDE Plasma.

On Linux the system has no one place for them. Programs that are started from a terminal find them in the environment,
which goes before; those that are started from a menu find nothing there. A script that chooses the proxy (PAC) is not
run: it would be a program from the network.
"""

from __future__ import annotations

import ast
import configparser
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from easychat_gui.support.child_environment import child_environment

_LIKE_GNOME = frozenset({"gnome", "unity", "cinnamon", "x-cinnamon", "mate", "budgie", "pantheon"})
_SCHEMA = "org.gnome.system.proxy"
_ANSWER_LIMIT_S = 2.0
_KEPT_S = 30.0

Proxies = Mapping[str, str]
"""As `urllib.request.getproxies` has them: an address for each of http, https and all, the exceptions as "no"."""


class Desktop:
    """The desktop that runs, if one does. What it says is kept for a while, since a program has to be asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._proxies: Proxies = {}
        self._until = 0.0
        self._name = ""

    @property
    def is_fresh(self) -> bool:
        """Is what was found the last time still good?"""
        return self._name == _desktop_name() and time.monotonic() < self._until

    def proxies(self) -> Proxies:
        """Return the proxies that are set there; empty where none are. Blocks for 2 s at worst."""
        with self._lock:
            if not self.is_fresh:
                self._name = _desktop_name()
                self._proxies = _of(set(self._name.split(":")))
                self._until = time.monotonic() + _KEPT_S
            return self._proxies


desktop = Desktop()


def _desktop_name() -> str:
    return os.environ.get("XDG_CURRENT_DESKTOP", "").lower() if sys.platform == "linux" else ""


def _of(desktops: set[str]) -> Proxies:
    if "kde" in desktops:
        folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return read_kde(Path(folder) / "kioslaverc")
    if desktops & _LIKE_GNOME and (program := shutil.which("gsettings")):
        try:
            ran = subprocess.run(
                [program, "list-recursively", _SCHEMA],
                capture_output=True,
                text=True,
                check=True,
                timeout=_ANSWER_LIMIT_S,
                env=child_environment(runs_this_program=False),
            )
        except (OSError, subprocess.SubprocessError, UnicodeError):
            return {}
        return read_gnome(ran.stdout)
    return {}


def read_gnome(listed: str) -> Proxies:
    """Read what ``gsettings list-recursively org.gnome.system.proxy`` says: ``schema key value`` in each line."""
    values: dict[str, str] = {}
    for line in listed.splitlines():
        schema, _, rest = line.partition(" ")
        key, _, value = rest.partition(" ")
        values[f"{schema.removeprefix(_SCHEMA).lstrip('.')}/{key}"] = value.removeprefix("@as ")
    if _literal(values.get("/mode")) != "manual":
        return {}
    proxies: dict[str, str] = {}
    for kind, name, scheme in (("http", "http", "http"), ("https", "https", "http"), ("socks", "all", "socks5h")):
        host, port = _literal(values.get(f"{kind}/host")), _literal(values.get(f"{kind}/port"))
        if host and port:
            proxies[name] = f"{scheme}://{_log_in(values) if kind == 'http' else ''}{host}:{port}"
    if values.get("/use-same-proxy") == "true" and "http" in proxies:
        proxies.setdefault("https", proxies["http"])
    exceptions = _literal(values.get("/ignore-hosts"))
    if isinstance(exceptions, list):
        proxies["no"] = ",".join(str(each) for each in exceptions)
    return proxies


def _log_in(values: Mapping[str, str]) -> str:
    if values.get("http/use-authentication") != "true":
        return ""
    user, password = (_literal(values.get(f"http/authentication-{each}")) for each in ("user", "password"))
    return f"{quote(str(user or ''), safe='')}:{quote(str(password or ''), safe='')}@"


def _literal(value: str | None) -> object:
    """Return a value as gsettings writes it, which is nearly how Python would."""
    try:
        return ast.literal_eval(value) if value else None
    except (ValueError, SyntaxError):
        return None


def read_kde(path: Path) -> Proxies:
    """Read the file of Plasma's settings. An address there is ``http://host port``."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the names' case counts
    try:
        parser.read(path, encoding="utf-8")
        section = parser["Proxy Settings"]
    except (KeyError, OSError, UnicodeError, configparser.Error):
        return {}
    if section.get("ProxyType") != "1":  # 1: set by hand; 4: the environment's, which goes before anyway
        return {}
    proxies: dict[str, str] = {}
    for key, name in (("httpProxy", "http"), ("httpsProxy", "https"), ("socksProxy", "all")):
        address, _, port = section.get(key, "").strip().partition(" ")
        if address:
            address = address.replace("socks://", "socks5h://")
            proxies[name] = f"{address.rstrip('/')}:{port}" if port.isdigit() and port != "0" else address
    proxies["no"] = section.get("NoProxyFor", "")
    return proxies
