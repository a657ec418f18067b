"""Is everything there that Qt needs? Asked before Qt is imported, since Qt's answer is ``abort()``.

Qt names the xcb-cursor library whichever one is missing; this names the right ones, with the command that installs
them. Standard library only, and nothing of this package: the script ``dev`` loads this file by its path.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class SystemLibrary(NamedTuple):
    """A library that the wheels of Qt do not bring, and the package it is in for each package tool."""

    soname: str
    apt: str
    dnf: str
    pacman: str
    zypper: str


BASE = (
    SystemLibrary("libGL.so.1", "libgl1", "mesa-libGL", "libglvnd", "Mesa-libGL1"),
    SystemLibrary("libEGL.so.1", "libegl1", "mesa-libEGL", "libglvnd", "Mesa-libEGL1"),
    SystemLibrary("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    SystemLibrary("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    SystemLibrary("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    SystemLibrary("libfreetype.so.6", "libfreetype6", "freetype", "freetype2", "libfreetype6"),
    SystemLibrary("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    SystemLibrary("libX11.so.6", "libx11-6", "libX11", "libx11", "libX11-6"),
    SystemLibrary("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5", "krb5"),
)

X11 = (
    SystemLibrary("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    SystemLibrary("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    SystemLibrary("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    SystemLibrary("libxcb-image.so.0", "libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    SystemLibrary(
        "libxcb-render-util.so.0",
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    SystemLibrary("libxcb-util.so.1", "libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    SystemLibrary("libxcb-randr.so.0", "libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    SystemLibrary("libxcb-render.so.0", "libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    SystemLibrary("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    SystemLibrary("libxcb-shm.so.0", "libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    SystemLibrary("libxcb-sync.so.1", "libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    SystemLibrary("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    SystemLibrary("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    SystemLibrary(
        "libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"
    ),
    SystemLibrary("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
)

WAYLAND = (
    SystemLibrary("libwayland-client.so.0", "libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    SystemLibrary("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
)

ENGINE = (SystemLibrary("libgomp.so.1", "libgomp1", "libgomp", "gcc-libs", "libgomp1"),)
"""What llama.cpp needs. Without it the window opens all the same and says that the bundled model is not there."""

PACKAGE_TOOLS: Mapping[str, tuple[str, ...]] = {
    "apt": ("apt-get", "install", "-y", "--no-install-recommends"),
    "dnf": ("dnf", "install", "-y"),
    "pacman": ("pacman", "-S", "--needed", "--noconfirm"),
    "zypper": ("zypper", "--non-interactive", "install"),
}

_NO_DISPLAY = (
    "There is no display to open the window on: neither WAYLAND_DISPLAY nor DISPLAY is set.\n"
    "Start it from a graphical desktop, over `ssh -X`, or under a virtual display: `xvfb-run -a easychat-gui`.\n"
    "Without a window, `easychat-gui ask` answers in the terminal."
)


def problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return what keeps the window from opening, with what to do about it, or None.

    Takes some 15 ms on Linux: the libraries it loads are those that Qt loads next.
    """
    if not sys.platform.startswith("linux"):
        return None
    platforms = platforms_to_try(environment)
    if not platforms:
        return _NO_DISPLAY
    problems = [_problem_of(platform, environment) for platform in platforms]
    if not all(problems):
        return None
    missing = missing_libraries(platforms)
    return _missing_sentence(missing) if missing else problems[0]


def platforms_to_try(environment: Mapping[str, str]) -> list[str]:
    """Return the names of Qt's platform plugins that it would try here, in its order: ``xcb``, ``wayland``, …"""
    if chosen := environment.get("QT_QPA_PLATFORM"):
        return [name.split(":")[0] for name in chosen.split(";") if name]
    displays = {"wayland": environment.get("WAYLAND_DISPLAY"), "xcb": environment.get("DISPLAY")}
    return [platform for platform, display in displays.items() if display]


def needed_libraries(platforms: Iterable[str]) -> list[SystemLibrary]:
    """Return the libraries for these platform plugins; a plugin without a screen needs the base ones only."""
    needed = list(BASE)
    for platform in platforms:
        needed += {"xcb": X11, "wayland": WAYLAND, "wayland-egl": WAYLAND}.get(platform, ())
    return needed


def missing_libraries(platforms: Iterable[str]) -> list[SystemLibrary]:
    """Return those of the libraries for these platform plugins that cannot be loaded."""
    return unloadable(needed_libraries(platforms))


def unloadable(libraries: Iterable[SystemLibrary]) -> list[SystemLibrary]:
    return [library for library in libraries if not _can_load(library.soname)]


def install_command(missing: Iterable[SystemLibrary]) -> list[str] | None:
    """Return the command that installs them, without ``sudo``; None where no known package tool is found."""
    for tool, command in PACKAGE_TOOLS.items():
        if shutil.which(command[0]):
            return [*command, *dict.fromkeys(getattr(library, tool) for library in missing)]
    return None


def _problem_of(platform: str, environment: Mapping[str, str]) -> str | None:
    if missing := missing_libraries([platform]):
        return _missing_sentence(missing)
    if platform == "xcb" and not _can_connect("libxcb.so.1", "xcb_connect", "xcb_connection_has_error"):
        return (
            f"The display {environment.get('DISPLAY', '')!r} cannot be reached: no X server answers there, or it"
            " refuses this user.\nSet DISPLAY to a running display, or start one: `xvfb-run -a easychat-gui`."
        )
    if platform.startswith("wayland") and not _can_connect("libwayland-client.so.0", "wl_display_connect"):
        return (
            f"The Wayland display {environment.get('WAYLAND_DISPLAY', '')!r} cannot be reached.\n"
            "Start the program from the desktop that it shall appear on, or set QT_QPA_PLATFORM=xcb for an X display."
        )
    return None


def _missing_sentence(missing: list[SystemLibrary]) -> str:
    names = ", ".join(library.soname for library in missing)
    sentence = f"The window needs system libraries that are missing: {names}.\n"
    if command := install_command(missing):
        prefix = "" if os.geteuid() == 0 else "sudo "
        update = f"{prefix}apt-get update && " if command[0] == "apt-get" else ""
        return f"{sentence}Install them with:\n\n    {update}{prefix}{' '.join(command)}\n"
    packages = " ".join(dict.fromkeys(library.apt for library in missing))
    return f"{sentence}Install them with your system's package tool; in Debian their packages are: {packages}"


def _can_load(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _can_connect(soname: str, connect: str, has_error: str | None = None) -> bool:
    """Connect to the display as Qt will, with the protocol's own library: it knows sockets and cookies best."""
    library = ctypes.CDLL(soname)
    opener = getattr(library, connect)
    opener.restype = ctypes.c_void_p
    opener.argtypes = [ctypes.c_char_p] + ([ctypes.c_void_p] if has_error else [])
    connection = opener(None, None) if has_error else opener(None)
    if not connection:
        return False
    handle = ctypes.c_void_p(connection)
    is_good = has_error is None or not getattr(library, has_error)(handle)
    getattr(library, "xcb_disconnect" if has_error else "wl_display_disconnect")(handle)
    return is_good
