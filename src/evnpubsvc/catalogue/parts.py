"""What the rules of dossiers may use of this room: R1 and R3 are its checks."""

from evnpubsvc.catalogue._assess import check_evidence, check_kind

__all__ = ["check_evidence", "check_kind"]
