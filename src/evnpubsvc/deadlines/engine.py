"""What the room of dossiers may use of this one, and nothing else.

It knows from the order of its events that a stop ends after it began.
"""

from evnpubsvc.deadlines._stops import make_stop

__all__ = ["make_stop"]
