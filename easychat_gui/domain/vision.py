"""Which models see pictures, as far as their names tell.

Asked only where the server does not say so itself. Most names say nothing; a wrong "no" would take something away from
the person, so only families that are known to be blind get one.
"""

from __future__ import annotations

import re

_SEES = re.compile(
    r"""gpt-4o | chatgpt-4o | gpt-4[.-]1 | gpt-4-turbo | gpt-4-vision | gpt-[5-9]
      | \bo1(?!-(mini|preview)) | \bo3(?!-mini) | \bo4
      | claude-(3|opus|sonnet|haiku|[4-9]) | gemini | gemma-?3(?!.*\b(1b|270m)) | llama-?4 | llava | moondream
      | minicpm-?(v|o) | pixtral | mistral-small-(3\.[1-9]|2503|2506) | molmo | internvl | idefics | paligemma
      | multimodal | vision | smolvlm | \bvlm\b | [-_.]?vl\b | vl[-_] | omni | kimi-k2\.5 | grok-4 | nova-(lite|pro)
      | glm-\d(\.\d)?v""",
    re.IGNORECASE | re.VERBOSE,
)
_IS_BLIND = re.compile(
    r"""gpt-3\.5 | \bgpt-4(-32k)?(-0613|-0314)?$ | o1-(mini|preview) | o3-mini
      | smollm | deepseek-(chat|coder|reasoner|r1|v3) | codestral | \btext- | embed | whisper | tts
      | tinyllama | gemma-?3.*\b(1b|270m)""",
    re.IGNORECASE | re.VERBOSE,
)


def sees_pictures(model_id: str) -> bool | None:
    """Say whether a model of this name takes pictures; None where nobody knows."""
    if _SEES.search(model_id):
        return True
    return False if _IS_BLIND.search(model_id) else None
