"""The tables of the reference page: `python -m tests.conformance.docs_tables` prints them."""

from collections import defaultdict

from evnpubsvc.conformance import requirements, vector_document, vector_families
from evnpubsvc.conformance._requirements import law_ids, touched_by
from tests.conformance.mutants import MUTANTS

# Requirements that no law and no vector exercises, and why.
NOT_COVERED = {
    "rule.R1": "labels of levels are checked by `judge_log`",
    "rule.R2": "needs evidence of payment, which logs of others rarely have; `judge_log` runs it",
    "rule.R3": "needs evidence of presence; `judge_log` runs it",
    "rule.R4": "the guard `second-supplement` is the same rule before the event",
    "rule.R5": "`judge_log` runs it; a function of one's own for notices is not asked for",
    "rule.R6": "the guard `second-apology` is the same rule before the event",
    "rule.R8": "the guard `decided` is the same rule before the event",
    "rule.R13": "needs a register of units; `judge_log` runs it with `units`",
    "rule.R14": "needs evidence of registrations; `judge_log` runs it",
    "rule.R15": "`judge_log` runs it",
    "rule.R16": "`judge_log` runs it",
    "rule.R17": "needs a catalogue of services; `judge_log` runs it",
    "rule.stated-class": "`judge_log` runs it with `stated_class`",
    "cutoff.transfer15": "moves no due date",
    "day-count.eight-hours": "a practice that another declared reading follows",
}


def touching() -> dict[str, list[str]]:
    """For each requirement, the laws and the families of vectors that exercise it."""
    found: dict[str, list[str]] = defaultdict(list)
    for law in law_ids():
        for each in touched_by(law):
            found[each].append(law)
    for family in vector_families():
        for law in {vector["requirement"] for vector in vector_document(family)["vectors"]}:
            found[law].append(f"vectors {family}")
    for each in requirements():
        if each.startswith("guard."):
            found[each].append("check_life_cycle")
    return found


def laws() -> str:
    """The catalogue of laws, each with a mistake that it kills."""
    killed = {mutant.law: mutant.name for mutant in reversed(MUTANTS)}
    lines = ["| law | what has to hold | source | a mistake that it kills |", "|---|---|---|---|"]
    for law in law_ids():
        each = requirements()[law]
        sources = "; ".join(source.text.en for source in each.sources)
        lines.append(f"| `{law}` | {each.statement.en} | {sources} | {killed.get(law, '')} |")
    return "\n".join(lines)


def coverage() -> str:
    """Every guard, rule and policy with what exercises it, or the reason why nothing does."""
    found = touching()
    lines = ["| requirement | what has to hold | exercised by |", "|---|---|---|"]
    for key, each in requirements().items():
        if key in law_ids():
            continue
        by = ", ".join(found[key]) or f"not: {NOT_COVERED[key]}"
        lines.append(f"| `{key}` | {each.statement.en} | {by} |")
    return "\n".join(lines)


def page() -> str:
    """The tables as they stand at the end of the page."""
    between = "Each is exercised by a law or by vectors, or there is a reason why not."
    return f"{laws()}\n\n## Guards, rules and policies\n\n{between}\n\n{coverage()}\n"


if __name__ == "__main__":
    print(page())  # noqa: T201
