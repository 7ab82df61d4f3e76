"""Sphinx extension: search that finds Vietnamese words typed without their marks.

"ho so" finds "hồ sơ", and so does "hồ sơ": marks are taken off when a page is indexed and when a
query is read. Then English words lose their endings, as in any English index. No word is too common
to be indexed, since "the" or "do" without marks may be Vietnamese.
"""

import unicodedata
from typing import Any

from sphinx.search.en import SearchEnglish


def unmark(word: str) -> str:
    """Take the marks off the letters of a word."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("đ", "d")


class UnmarkedSearch(SearchEnglish):
    """English search over words without marks."""

    lang = "unmarked"
    stopwords = frozenset()
    # What follows the stemmer in the script of the search page: the same as `unmark`.
    js_splitter_code = r"""
const MarkedStemmer = window.Stemmer;
window.Stemmer = function () {
  const english = new MarkedStemmer();
  this.stemWord = (word) =>
    english.stemWord(
      word.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d"),
    );
};
var splitQuery = (query) =>
  query.normalize("NFC").split(/[^\p{Letter}\p{Number}_]+/gu).filter((word) => word);
"""

    def stem(self, word: str) -> str:
        """Return what a word is indexed as."""
        return super().stem(unmark(word))


def setup(app: Any) -> dict[str, bool]:
    """Register the language of the search."""
    app.add_search_language(UnmarkedSearch)
    return {"parallel_read_safe": True}
