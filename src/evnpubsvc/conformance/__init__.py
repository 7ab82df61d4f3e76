"""Conformance: the law as tests for other people's implementations.

Hand over a function of your own and get every law of its kind checked, each with a requirement id,
its articles, the smallest counter-example that was found, and a call to paste:
`check_calendar_laws`, `check_deadline_laws`, `check_code_laws`, `check_tally_laws`,
`check_scheme_laws`, `check_rank_laws`, `check_report_identities`. What comes back is a
`ConformanceReport`; in a test, `report.require()` raises.

These draw cases with Hypothesis (extra `hypothesis`). For implementations in any language there are
vectors, which need nothing: `vector_document`, `write_vectors`, `check_vectors`, `run_vectors`.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.conformance._calendar_laws import check_calendar_laws
from evnpubsvc.conformance._code_laws import check_code_laws
from evnpubsvc.conformance._deadline_laws import check_deadline_laws
from evnpubsvc.conformance._life_cycle import (
    LifeCycleAdapter,
    check_life_cycle,
    life_cycle_machine,
)
from evnpubsvc.conformance._log import judge_log
from evnpubsvc.conformance._report import (
    ConformanceReport,
    CounterExample,
    LawOutcome,
    LawResult,
    merge_reports,
)
from evnpubsvc.conformance._report_laws import check_report_identities
from evnpubsvc.conformance._requirements import Requirement, requirement, requirements
from evnpubsvc.conformance._score_laws import check_rank_laws, check_scheme_laws
from evnpubsvc.conformance._tally_laws import check_merge_laws, check_tally_laws
from evnpubsvc.conformance._vectors import (
    check_vectors,
    run_vectors,
    vector_document,
    vector_families,
    write_vectors,
)

__all__ = [
    "ConformanceReport",
    "CounterExample",
    "LawOutcome",
    "LawResult",
    "LifeCycleAdapter",
    "Requirement",
    "check_calendar_laws",
    "check_code_laws",
    "check_deadline_laws",
    "check_life_cycle",
    "check_merge_laws",
    "check_rank_laws",
    "check_report_identities",
    "check_scheme_laws",
    "check_tally_laws",
    "check_vectors",
    "judge_log",
    "life_cycle_machine",
    "merge_reports",
    "requirement",
    "requirements",
    "run_vectors",
    "vector_document",
    "vector_families",
    "write_vectors",
]

publish(__name__, __all__)
