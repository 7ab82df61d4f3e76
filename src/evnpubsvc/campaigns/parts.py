"""The interface for commands: the lines that say who wins what."""

from evnpubsvc.campaigns._table import prize_lines

__all__ = ["prize_lines"]
