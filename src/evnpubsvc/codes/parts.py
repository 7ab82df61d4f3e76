"""What other rooms may use of this one besides its public names, and nothing else."""

from evnpubsvc.codes._check import find_doubts

__all__ = ["find_doubts"]
