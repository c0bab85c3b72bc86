"""What does not raise, or whose raising is nobody's business, by how it is spelt."""

from __future__ import annotations

import re

_SAFE = re.compile(
    r"^(?:console|Date|Math|Object|JSON|Array|Number|String|Boolean|BigInt|Symbol|performance|process|trace|context"
    r"|propagation|metrics|api|otel|opentelemetry|\w*[lL]og(?:ger)?|this\.\w*[lL]og(?:ger)?|\w+_\d+)\b"
    r"|\.(?:inc|dec|observe|record|add|set|setAttribute|setAttributes|toString|push|get|has|map|join|split|slice|trim"
    r"|toLowerCase|toUpperCase|replace|includes|startsWith|endsWith|keys|values|entries|filter|concat|find|some|every"
    r"|test|match|at|setStatus|recordException|addEvent|updateName|spanContext|setSpan|active|isRecording|getValue|setValue|inject)$"
    r"|(?:^|\.)(?:should|is|has|can|inject)[A-Z]\w*$|\bassert\b|^\(0, \w*assert"
    r"|^(?:String|Number|Boolean|parseInt|parseFloat|isNaN|Error|require|setTimeout|clearTimeout|next|cb|callback|done)$"
)
_GETTER = re.compile(r"(?:^|\.)get[A-Z]\w*$")
_MADE = ("Error", "Date", "Map", "Set", "Array", "URL", "Promise")


def is_safe(callee: str, given: bool) -> bool:
    """Whether a call may be left out of what can fail; `given` is whether it has arguments."""
    return _SAFE.search(callee) is not None or (not given and _GETTER.search(callee) is not None)


def makes_safely(name: str, given: bool) -> bool:
    """The same of `new Thing(…)`: what is given nothing has little to fail at."""
    return not given or name.endswith(_MADE)
