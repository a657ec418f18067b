"""What a process that this program starts gets of the environment: what it needs to run, and no key.

A list of what may pass, not of what may not: a key can be in a variable of any name (``--api-key-env``), and every
process of the same person can read the environment of another one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

_PACKAGE_PARENT = Path(__file__).resolve().parents[2]

_PASSES = re.compile(
    r"PATH|PATHEXT|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|TEMP|TMP|TMPDIR"
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|USERPROFILE|NUMBER_OF_PROCESSORS"
    r"|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_\w+|PYTHON\w+|VIRTUAL_ENV"
    r"|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|PULSE_\w+|PIPEWIRE_\w+|ALSA_\w+|SPEECHD_\w+"
    r"|OMP_\w+|GOMP_\w+|KMP_\w+|OPENBLAS_\w+|GGML_\w+|CUDA_\w+|HIP_\w+|ROCR_\w+|VK_\w+",
    re.IGNORECASE,
)
_NEVER = re.compile(r".*(?:KEY|TOKEN|SECRET|PASSW|CREDENTIAL|COOKIE).*", re.IGNORECASE)


def child_environment(
    environment: Mapping[str, str] | None = None, *, runs_this_program: bool = True
) -> dict[str, str]:
    """Return the environment for a child.

    :param environment: ours when None.
    :param runs_this_program: the child is another of this package's processes and must find it.
    """
    ours = os.environ if environment is None else environment
    passed = {name: value for name, value in ours.items() if _PASSES.fullmatch(name) and not _NEVER.fullmatch(name)}
    if runs_this_program and not getattr(sys, "frozen", False):
        inherited = passed.get("PYTHONPATH")
        passed["PYTHONPATH"] = os.pathsep.join([str(_PACKAGE_PARENT), *([inherited] if inherited else [])])
    return passed
