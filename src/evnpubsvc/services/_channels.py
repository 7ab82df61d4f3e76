"""How a dossier comes in and a result goes out, and who files it."""

from evnpubsvc.texts import LabelledEnum


class Channel(LabelledEnum):
    """How a dossier is submitted or a result handed over (*hình thức nộp, trả kết quả*).

    `deadlines.clock_start` says which event starts the clock of a dossier that came in by it.
    The values are those of registers, rates and forms.

    >>> Channel("in-person")
    Channel.IN_PERSON
    """

    ONLINE = "online"
    """*Trực tuyến.*"""
    POST = "post"
    """*Dịch vụ bưu chính.*"""
    IN_PERSON = "in-person"
    """*Trực tiếp*, at the one-stop desk of the agency that decides."""
    NON_TERRITORIAL = "non-territorial"
    """*Phi địa giới*, at the one-stop desk of another place, which passes the dossier on."""


class Assistance(LabelledEnum):
    """Who filled in and sent an online dossier."""

    SELF_SERVICE = "self-service"
    """The applicant."""
    ASSISTED = "assisted"
    """Somebody of the support team, at the desk or at home, together with the applicant."""
