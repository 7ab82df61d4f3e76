"""Strategies for texts, findings and citations."""

from __future__ import annotations

from hypothesis import strategies as st

from evnpubsvc.findings import Finding, Severity
from evnpubsvc.law import Citation, Confidence
from evnpubsvc.texts import Text, catalogue

__all__ = ["citations", "findings", "keys", "texts", "titles"]


def titles(*, max_size: int = 20) -> st.SearchStrategy[str]:
    """Draw texts that are not blank, in any script. Shrinks to `"0"`."""
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=max_size).filter(str.strip)


def keys() -> st.SearchStrategy[str]:
    """Draw keys of criteria, groups and figures: lower-case ASCII letters, digits, dots and underscores."""
    return st.from_regex(r"[a-z][a-z0-9_.]{0,8}", fullmatch=True)


def texts() -> st.SearchStrategy[Text]:
    """Draw texts in both languages."""
    return st.builds(Text, vi=titles(), en=titles())


def citations() -> st.SearchStrategy[Citation]:
    """Draw citations of any confidence. Shrinks to an instrument without article."""
    return st.builds(
        Citation,
        instrument=titles(),
        article=st.just("") | titles(),
        confidence=st.sampled_from(Confidence),
        note=st.just("") | titles(),
    )


def findings() -> st.SearchStrategy[Finding]:
    """Draw findings with reasons of the catalogue and with reasons of other applications."""
    return st.builds(
        Finding,
        reason=st.deferred(lambda: st.sampled_from(sorted(catalogue()))) | keys(),
        path=st.just("") | titles(),
        value=st.none() | titles(),
        parts=st.dictionaries(keys(), titles(), max_size=2).map(
            lambda parts: tuple(sorted(parts.items()))
        ),
        severity=st.sampled_from(Severity),
    )
