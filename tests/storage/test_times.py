"""Wall-clock time over the changes of clocks, recurrence, business days and quiet hours."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from storage import times

NEW_YORK, SAO_PAULO, APIA, LORD_HOWE = "America/New_York", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe"
ZONES = sorted(zoneinfo.available_timezones())
instants = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)).map(
    lambda instant: instant.replace(microsecond=0)
)
walls = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)).map(lambda wall: wall.replace(microsecond=0))


class TestResolve:
    @pytest.mark.parametrize(
        ("zone", "local", "instant"),
        [
            (SAO_PAULO, datetime(2026, 11, 27, 10), datetime(2026, 11, 27, 13)),
            (NEW_YORK, datetime(2026, 3, 8, 1, 59), datetime(2026, 3, 8, 6, 59)),
            (NEW_YORK, datetime(2026, 3, 8, 2), datetime(2026, 3, 8, 7)),  # does not exist
            (NEW_YORK, datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 7)),  # does not exist
            (NEW_YORK, datetime(2026, 3, 8, 3), datetime(2026, 3, 8, 7)),
            (NEW_YORK, datetime(2026, 11, 1, 1, 30), datetime(2026, 11, 1, 5, 30)),  # exists twice: the first
            (NEW_YORK, datetime(2026, 11, 1, 1, 30, fold=1), datetime(2026, 11, 1, 6, 30)),
            (LORD_HOWE, datetime(2026, 10, 4, 2, 15), datetime(2026, 10, 3, 15, 30)),  # a gap of half an hour
            (APIA, datetime(2011, 12, 30, 10), datetime(2011, 12, 30, 10)),  # a day that never was
            (SAO_PAULO, datetime(2018, 11, 4, 0, 30), datetime(2018, 11, 4, 3)),  # midnight did not exist
        ],
    )
    def test_a_wall_clock_time(self, zone: str, local: datetime, instant: datetime) -> None:
        assert times.resolve(local, zone) == instant.replace(tzinfo=UTC)

    @given(instants, st.sampled_from(ZONES))
    @settings(max_examples=500, deadline=None)
    def test_an_instant_comes_back(self, instant: datetime, zone: str) -> None:
        assert times.resolve(times.to_local(instant, zone), zone) == instant

    @given(walls, st.sampled_from(ZONES))
    @settings(max_examples=500, deadline=None)
    def test_a_wall_time_is_kept_or_becomes_the_first_after_the_gap(self, local: datetime, zone: str) -> None:
        _is_itself_or_after_the_gap(local, zone)


def _is_itself_or_after_the_gap(local: datetime, zone: str) -> None:
    instant = times.resolve(local, zone)
    shown = times.to_local(instant, zone)
    if shown != local:
        assert shown > local
        assert times.to_local(instant - timedelta(seconds=1), zone) < local
    else:
        # The first of two equal times: nothing earlier shows the same.
        earlier = instant - timedelta(minutes=30)
        assert times.to_local(earlier, zone) != local or times.to_local(instant - timedelta(hours=1), zone) != local


@pytest.mark.parametrize(
    "zone", ["Europe/Lisbon", "America/Santiago", NEW_YORK, LORD_HOWE, "Africa/Casablanca", "Asia/Gaza"]
)
def test_every_half_hour_around_every_change_of_clocks(zone: str) -> None:
    for change in _changes(zone, 2024, 2029):
        middle = times.to_local(change, zone)
        for step in range(-12, 13):
            _is_itself_or_after_the_gap(middle + timedelta(minutes=15 * step), zone)


def _changes(zone: str, first: int, last: int) -> list[datetime]:
    start = datetime(first, 1, 1, tzinfo=UTC)
    days = [start + timedelta(days=count) for count in range((last - first) * 365)]
    changed = [day for day in days if _offset(day, zone) != _offset(day + timedelta(days=1), zone)]
    hours = [day + timedelta(hours=count) for day in changed for count in range(24)]
    return [hour for hour in hours if _offset(hour, zone) != _offset(hour + timedelta(hours=1), zone)]


def _offset(instant: datetime, zone: str) -> timedelta | None:
    return instant.astimezone(ZoneInfo(zone)).utcoffset()


class TestNextOccurrence:
    @pytest.mark.parametrize(
        ("rule", "start", "after", "expected"),
        [
            ("FREQ=DAILY", "2026-11-24 09:00", "2026-11-24 09:00", "2026-11-25 09:00"),
            ("FREQ=DAILY", "2026-11-24 09:00", "2026-11-24 08:59", "2026-11-24 09:00"),
            ("FREQ=DAILY;INTERVAL=3", "2026-11-24 09:00", "2026-11-28 12:00", "2026-11-30 09:00"),
            ("FREQ=WEEKLY;BYDAY=MO", "2026-11-30 09:00", "2026-11-30 09:00", "2026-12-07 09:00"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-11-30 09:00", "2026-12-03 09:00", "2026-12-14 09:00"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31 09:00", "2026-01-31 09:00", "2026-02-28 09:00"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31 09:00", "2026-02-28 09:00", "2026-03-31 09:00"),
            ("FREQ=MONTHLY;BYMONTHDAY=30", "2027-12-30 09:00", "2028-01-30 09:00", "2028-02-29 09:00"),
            ("FREQ=MONTHLY;BYMONTHDAY=29", "2026-12-29 09:00", "2027-01-29 09:00", "2027-02-28 09:00"),
            ("FREQ=MONTHLY", "2026-01-31 09:00", "2026-03-31 09:00", "2026-04-30 09:00"),
            ("FREQ=MONTHLY;BYDAY=1MO", "2026-12-07 09:00", "2026-12-07 09:00", "2027-01-04 09:00"),
            ("FREQ=MONTHLY;INTERVAL=3", "2026-11-24 09:00", "2026-11-24 09:00", "2027-02-24 09:00"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29 09:00", "2024-02-29 09:00", "2025-02-28 09:00"),
            ("FREQ=YEARLY", "2024-02-29 09:00", "2027-03-01 09:00", "2028-02-29 09:00"),
            ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "2026-12-25 09:00", "2026-12-25 09:00", "2027-12-25 09:00"),
            ("FREQ=HOURLY;INTERVAL=2", "2020-01-01 00:30", "2026-11-24 14:00", "2026-11-24 14:30"),
            ("RRULE:FREQ=DAILY", "2026-11-24 09:00", "2026-11-24 09:00", "2026-11-25 09:00"),
            ("FREQ=DAILY;COUNT=2", "2026-11-24 09:00", "2026-11-25 09:00", None),
            ("FREQ=DAILY;UNTIL=20261125T090000", "2026-11-24 09:00", "2026-11-25 09:00", None),
            ("FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO,5TU;BYMONTHDAY=1", "2026-02-01 09:00", "2026-02-01 09:00", None),
        ],
    )
    def test_is_found_on_the_wall_clock(self, rule: str, start: str, after: str, expected: str | None) -> None:
        found = times.next_occurrence(rule, datetime.fromisoformat(start), datetime.fromisoformat(after), SAO_PAULO)
        assert found == (datetime.fromisoformat(expected) if expected else None)

    def test_a_wrong_rule_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="not a recurrence rule"):
            times.next_occurrence("every day", datetime(2026, 1, 1), datetime(2026, 1, 1), SAO_PAULO)

    def test_an_hour_that_comes_twice_rings_once(self) -> None:
        rang = _rings("FREQ=DAILY", datetime(2026, 10, 30, 1, 30), NEW_YORK, 5)
        assert [instant.hour for instant in rang] == [5, 5, 5, 6, 6]  # 1 November: the first 01:30

    def test_in_the_second_of_two_equal_hours_the_first_has_passed(self) -> None:
        second = datetime(2026, 11, 1, 1, 10, fold=1)
        found = times.next_occurrence("FREQ=DAILY", datetime(2026, 10, 1, 1, 30), second, NEW_YORK)
        assert found == datetime(2026, 11, 2, 1, 30)

    def test_an_hour_in_the_gap_rings_right_after_it(self) -> None:
        rang = _rings("FREQ=DAILY", datetime(2026, 3, 7, 2, 30), NEW_YORK, 3)
        assert rang == [
            datetime(2026, 3, 7, 7, 30, tzinfo=UTC),
            datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
            datetime(2026, 3, 9, 6, 30, tzinfo=UTC),
        ]

    def test_an_hourly_series_of_years_is_found_at_once(self) -> None:
        start = datetime(1990, 1, 1, 0, 5)
        found = times.next_occurrence("FREQ=MINUTELY;INTERVAL=10", start, datetime(2026, 11, 24, 14, 3), SAO_PAULO)
        assert found == datetime(2026, 11, 24, 14, 5)

    @given(st.sampled_from(ZONES), walls, st.integers(0, 40))
    @settings(max_examples=150, deadline=None)
    def test_a_daily_series_rings_once_a_day(self, zone: str, start: datetime, days: int) -> None:
        after = start + timedelta(days=days)
        found = times.next_occurrence("FREQ=DAILY", start, after, zone)
        assert found is not None
        assert times.resolve(found, zone) > times.resolve(after, zone)
        assert found.time() == start.time()
        assert found - after <= timedelta(days=2)  # two where a zone left a day out


def _rings(rule: str, start: datetime, zone: str, count: int) -> list[datetime]:
    found: list[datetime] = []
    local: datetime | None = start
    while local is not None and len(found) < count:
        found.append(times.resolve(local, zone))
        local = times.next_occurrence(rule, start, local, zone)
    return found


class TestBusinessDays:
    def test_weekends_and_holidays_are_none(self) -> None:
        assert times.is_working_day(date(2026, 11, 24))
        assert not times.is_working_day(date(2026, 11, 28))
        assert times.is_working_day(date(2026, 11, 20))
        assert not times.is_working_day(date(2026, 11, 20), "BR")
        assert not times.is_working_day(date(2027, 1, 1))  # everywhere
        assert times.is_working_day(date(2026, 11, 29), None, frozenset({4, 5}))

    def test_an_unknown_country_has_no_holidays(self) -> None:
        assert times.is_working_day(date(2026, 12, 25), "ZZ")

    @pytest.mark.parametrize(
        ("count", "country", "expected"),
        [
            (0, None, date(2026, 11, 24)),
            (1, None, date(2026, 11, 25)),
            (4, None, date(2026, 11, 30)),
            (2, "US", date(2026, 11, 27)),
            (-2, None, date(2026, 11, 20)),
            (-2, "BR", date(2026, 11, 19)),
        ],
    )
    def test_are_added_and_taken(self, count: int, country: str | None, expected: date) -> None:
        assert times.add_business_days(date(2026, 11, 24), count, country) == expected

    def test_are_counted_after_the_first_day(self) -> None:
        assert times.business_days_between(date(2026, 11, 12), date(2026, 11, 25)) == 9
        assert times.business_days_between(date(2026, 11, 12), date(2026, 11, 25), "BR") == 8
        assert times.business_days_between(date(2026, 11, 24), date(2026, 11, 24)) == 0
        assert times.business_days_between(date(2026, 11, 27), date(2026, 11, 29)) == 0

    @given(
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.integers(-300, 300),
        st.sampled_from([None, "BR", "US", "ES"]),
        st.sampled_from([times.WEEKEND, frozenset({4, 5}), frozenset({6}), frozenset()]),
    )
    @settings(max_examples=200, deadline=None)
    def test_counting_undoes_adding(self, day: date, count: int, country: str | None, weekend: frozenset[int]) -> None:
        reached = times.add_business_days(day, count, country, weekend)
        counted = times.business_days_between(day, reached, country, weekend)
        # Going back, the day one starts from is counted and the one reached is not.
        back_from_rest = count < 0 and not times.is_working_day(day, country, weekend)
        assert counted == count + back_from_rest

    def test_a_week_without_working_days_does_not_hang(self) -> None:
        assert times.next_working_day(date(2026, 11, 28), None, frozenset(range(7))) == date(2026, 11, 28)


class TestQuietHours:
    def test_run_over_midnight(self) -> None:
        quiet = (time(20), time(8))
        expected = {0: True, 7: True, 8: False, 12: False, 19: False, 20: True, 23: True}
        for hour, is_quiet in expected.items():
            assert times.in_quiet_hours(datetime(2026, 11, 24, hour), *quiet) is is_quiet

    def test_or_within_a_day(self) -> None:
        assert times.in_quiet_hours(datetime(2026, 11, 24, 13), time(12), time(14))
        assert not times.in_quiet_hours(datetime(2026, 11, 24, 14), time(12), time(14))

    def test_equal_ends_mean_none(self) -> None:
        assert not times.in_quiet_hours(datetime(2026, 11, 24, 3), time(8), time(8))

    @pytest.mark.parametrize(
        ("local", "expected"),
        [
            (datetime(2026, 11, 24, 14), datetime(2026, 11, 24, 14)),
            (datetime(2026, 11, 24, 21), datetime(2026, 11, 25, 8)),
            (datetime(2026, 11, 25, 3), datetime(2026, 11, 25, 8)),
            (datetime(2026, 11, 27, 21), datetime(2026, 11, 30, 8)),  # Friday evening: over the quiet days
            (datetime(2026, 11, 28, 12), datetime(2026, 11, 30, 8)),
        ],
    )
    def test_the_next_moment_that_may_ring(self, local: datetime, expected: datetime) -> None:
        assert times.next_allowed(local, time(20), time(8), frozenset({5, 6})) == expected

    def test_a_whole_quiet_week_would_be_for_ever_and_is_none(self) -> None:
        local = datetime(2026, 11, 24, 14)
        assert times.next_allowed(local, time(20), time(8), frozenset(range(7))) == local

    @given(walls, st.times(), st.times(), st.frozensets(st.integers(0, 6)))
    @settings(max_examples=300, deadline=None)
    def test_it_comes_soon_and_is_not_quiet(
        self, local: datetime, start: time, end: time, days: frozenset[int]
    ) -> None:
        found = times.next_allowed(local, start, end, days)
        assert local <= found <= local + timedelta(days=9)
        assert not times.in_quiet_hours(found, start, end, days)


def test_months_are_added_to_the_last_day_at_most() -> None:
    assert times.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert times.add_months(date(2026, 11, 24), 3) == date(2027, 2, 24)
    assert times.add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_zones_are_known_by_name() -> None:
    assert times.is_zone("America/Sao_Paulo")
    assert not any(times.is_zone(name) for name in ("Mars/Base", "", "../etc/passwd", "\x00"))
    assert "Europe/Lisbon" in times.zone_names()
