"""What a room that counts dossiers may use of this one, and nothing else.

It knows the state of a dossier already, so `derive_due` need not replay the history once more.
"""

from evnpubsvc.dossiers._due_of import derive_due

__all__ = ["derive_due"]
