"""The interface for rooms that rank again: the one way in which anything is ranked."""

from evnpubsvc.emulation._rank import chain_points, natural_key, ranked

__all__ = ["chain_points", "natural_key", "ranked"]
