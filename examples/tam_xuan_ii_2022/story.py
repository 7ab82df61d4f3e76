"""The case of Tam Xuân II commune, 2022: each name below returns an object of the library.

The functions and their data live in the package, since `evnpubsvc demo` runs them from an installed
wheel too. The tutorial `docs/tutorials/tam-xuan-ii-2022.md` walks through them;
`python -m examples.tam_xuan_ii_2022.story FOLDER` writes the rosters and the synthetic register as
files.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from evnpubsvc.examples.tam_xuan_ii import (
    ROSTER_MONTHS,
    after_the_merger,
    authorities,
    before_and_after,
    before_and_after_the_team,
    catalogue_of_2022,
    certificates,
    chronology,
    commune,
    contribution,
    district_drive,
    district_figures,
    district_report,
    end_of,
    first_sheet,
    growth,
    instrument,
    monthly_figures,
    outlook,
    periods,
    plan_older_than_the_districts,
    plan_progress,
    plans,
    population,
    procedures_with_dossiers,
    programme,
    province_drive,
    province_figures,
    province_report,
    published,
    recognition,
    register_rows,
    rosters,
    unit_register,
    yearly_figures,
)
from evnpubsvc.outreach import AssistanceSession, AssistanceStep, Barrier, roster_csv

__all__ = [
    "ROSTER_MONTHS",
    "after_the_merger",
    "authorities",
    "before_and_after",
    "before_and_after_the_team",
    "catalogue_of_2022",
    "certificates",
    "chronology",
    "commune",
    "contribution",
    "district_drive",
    "district_figures",
    "district_report",
    "end_of",
    "first_sheet",
    "growth",
    "instrument",
    "monthly_figures",
    "outlook",
    "periods",
    "plan_older_than_the_districts",
    "plan_progress",
    "plans",
    "population",
    "procedures_with_dossiers",
    "programme",
    "province_drive",
    "province_figures",
    "province_report",
    "published",
    "recognition",
    "register_rows",
    "rosters",
    "unit_register",
    "visit",
    "write",
    "yearly_figures",
]


def visit() -> AssistanceSession:
    """Return one SYNTHETIC visit with every step that the report names.

    From the account to the result.
    """
    duty = rosters()[1].duties[0]
    return AssistanceSession(
        duty.day,
        member=duty.member,
        applicant="SYN-A1",
        steps=tuple(AssistanceStep),
        barriers=(Barrier.NO_DEVICE, Barrier.NO_ACCOUNT, Barrier.HABIT),
    )


def write(folder: Path) -> list[Path]:
    """Write the nine rosters and the synthetic register as CSV files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for month, roster in zip(ROSTER_MONTHS, rosters(), strict=True):
        paths.append(folder / f"roster-{month}.csv")
        paths[-1].write_text(roster_csv(roster), encoding="utf-8", newline="")
    paths.append(folder / "register-synthetic.csv")
    with paths[-1].open("w", encoding="utf-8", newline="") as file:
        rows = [
            {
                "received": row.received.isoformat(),
                "finished": "" if row.finished is None else row.finished.isoformat(),
                **dict(row.dimensions),
            }
            for row in register_rows()
        ]
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return paths


if __name__ == "__main__":
    for path in write(Path(sys.argv[1] if len(sys.argv) > 1 else "tam-xuan-ii-2022")):
        sys.stdout.write(f"{path}\n")
