"""What a due date is made of: its state, the steps of its trace, the bounds of a provisional one.

They are read, not built.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.deadlines._deadline import DeadlineState, DueBounds, Step

__all__ = [
    "DeadlineState",
    "DueBounds",
    "Step",
]

publish(__name__, __all__)
