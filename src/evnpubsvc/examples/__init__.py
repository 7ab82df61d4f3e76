"""Worked cases that come with the package.

The case of Tam Xuân II commune, 2022, and a province's figures of 2026.

`evnpubsvc demo`, the repository's `examples/` and the tutorials tell them; nothing of the library
depends on them.
"""
