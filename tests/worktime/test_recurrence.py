from datetime import date, timedelta

from evnpubsvc.worktime import vietnam_calendar, working_days_rule


def test_the_rule_gives_the_working_days_of_the_calendar() -> None:
    calendar = vietnam_calendar()
    for first, last in (
        (date(2022, 1, 1), date(2022, 12, 31)),
        (date(2024, 4, 27), date(2024, 5, 4)),  # a make-up Saturday among them
        (date(2022, 12, 31), date(2022, 12, 31)),
    ):
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        wanted = [day for day in days if calendar.is_working_day(day)]
        assert [each.date() for each in working_days_rule(calendar, first, last)] == wanted
