"""Fixtures that every test may use."""

from __future__ import annotations

import os

# Before any test imports Qt: no screen is needed, and the desktop's own settings stay out.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.pop("EASYCHAT_DATA_DIR", None)
os.environ.pop("EASYCHAT_SERVERS", None)
os.environ.pop("EASYCHAT_API_KEY", None)
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # no test writes to the person's own
