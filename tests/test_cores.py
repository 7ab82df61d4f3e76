"""How many cores a process may use, by affinity and by control groups."""

from pathlib import Path

from evnpubsvc._cores import count_cores


def test_as_many_threads_as_the_container_hascount_cores(tmp_path: Path) -> None:
    here = count_cores(tmp_path)  # no control group: all that the affinity leaves
    assert here >= 1
    (tmp_path / "cpu.max").write_text("max 100000\n", encoding="ascii")
    assert count_cores(tmp_path) == here
    for quota, cores in (("100000", 1), ("50000", 1), ("160000000", here)):
        (tmp_path / "cpu.max").write_text(f"{quota} 100000\n", encoding="ascii")
        assert count_cores(tmp_path) == cores
    (tmp_path / "cpu.max").write_text("nonsense", encoding="ascii")
    assert count_cores(tmp_path) == here

    # The first version of control groups; -1 is no quota.
    (tmp_path / "cpu").mkdir()
    for quota, cores in (("-1", here), ("100000", 1)):
        (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota, encoding="ascii")
        (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000", encoding="ascii")
        assert count_cores(tmp_path) == cores
