"""Status words of OpenCPS: mapped by table, both ways, with what is lost."""

from __future__ import annotations

from functools import cache

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.dossiers._events import Status
from evnpubsvc.dossiers._table import rows
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.texts import Text


@frozen
class ForeignStatus(PublicType):
    """A status word of another system.

    Attributes:
        word: the word.
        status: the code of the National Portal that it means.
        loss: what the word says and the code does not; None if nothing is lost.
    """

    word: str = field(validator=nonempty_text)
    status: Status = field(validator=instance_of(Status))
    loss: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@cache
def _words() -> dict[str, ForeignStatus]:
    return {
        word: ForeignStatus(
            word,
            Status(row["status"]),
            Text(vi=row["loss_vi"], en=row["loss_en"]) if "loss_en" in row else None,
        )
        for word, row in rows("opencps").items()
    }


def opencps_status(word: str) -> ForeignStatus:
    """Return what a status word of OpenCPS means, with what the code does not say.

    The words are those of its source; which code each means is concluded from their meaning.

    Raises:
        UnknownNameError: `status-word-unknown`; the message lists the words.

    >>> opencps_status("interoperating").status, opencps_status("interoperating").loss.en
    (Status.PROCESSING, 'that a linked agency has it')
    """
    words = _words()
    if word not in words:
        raise UnknownNameError("status-word-unknown", word, known=tuple(words))
    return words[word]


def opencps_words(status: Status) -> tuple[ForeignStatus, ...]:
    """Return the words of OpenCPS for a code, with the one that adds nothing first.

    The result is empty where OpenCPS has no word for it.

    >>> [each.word for each in opencps_words(Status.PROCESSING)], opencps_words(Status.RECEIVED)
    (['processing', 'interoperating'], ())
    """
    return tuple(
        sorted(
            (w for w in _words().values() if w.status is status), key=lambda w: w.loss is not None
        )
    )
