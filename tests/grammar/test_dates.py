"""Dates as people type them: the stories of language.md, section 5."""

from datetime import UTC, datetime, time, timedelta
from typing import ClassVar

import pytest

from handlers.grammar import dates
from handlers.grammar.dates import Clock, DateProblem, Language, Moment, Note, Reason, Role
from tests.grammar import corpus

AHEAD, BACK = Role.FUTURE, Role.PAST


def clock(
    language: Language = "en",
    country: str | None = None,
    now: datetime = corpus.NOW,
    zone: str = corpus.ZONE,
    default_time: time = time(9),
    quiet_end: time = time(8),
) -> Clock:
    return Clock(now=now, zone=zone, language=language, country=country, default_time=default_time, quiet_end=quiet_end)


def moment(phrase: str, role: Role = AHEAD, by: Clock | None = None) -> Moment:
    found = dates.read(phrase, role, by or clock())
    assert isinstance(found, Moment), f"{phrase!r} gave {found}"
    return found


def problem(phrase: str, role: Role = AHEAD, by: Clock | None = None) -> DateProblem:
    found = dates.read(phrase, role, by or clock())
    assert isinstance(found, DateProblem), f"{phrase!r} gave {found}"
    return found


def said(*moments: Moment) -> list[str]:
    return [f"{one.local:%a %d %b %Y %H:%M}" for one in moments]


class TestTheCorpus:
    judged: ClassVar = [corpus.judge(case) for case in corpus.cases()]

    def test_is_large_and_in_three_languages(self) -> None:
        assert len(self.judged) >= 400
        assert {one.case.language for one in self.judged} == {"en", "pt", "es"}
        assert all(sum(one.case.language == language for one in self.judged) >= 150 for language in ("en", "pt", "es"))

    def test_nothing_is_wrong(self) -> None:
        wrong = [
            f"line {one.case.line}: {one.case.phrase!r} should be {corpus.expected(one.case)!r}, got {one.got!r}"
            for one in self.judged
            if one.verdict == "wrong"
        ]
        assert not wrong, "\n".join(wrong)

    def test_nearly_all_is_right_and_the_rest_is_asked(self) -> None:
        figures = corpus.figures(self.judged)
        assert figures["right"] >= 0.97 * len(self.judged), figures

    def test_no_phrase_stands_twice(self) -> None:
        cases = [case[1:6] for case in corpus.cases()]
        assert len(cases) == len(set(cases)), [case for case in cases if cases.count(case) > 1]


class TestWhatAMomentTells:
    def test_the_truth_of_a_date_is_its_wall_clock(self) -> None:
        found = moment("fri 10h")
        assert found.local == datetime(2026, 11, 27, 10)
        assert found.instant == datetime(2026, 11, 27, 13, tzinfo=UTC)
        assert (found.zone, found.typed, found.granularity) == (corpus.ZONE, "fri 10h", "minute")
        assert found.rings
        assert not found.is_duration

    def test_the_truth_of_a_duration_is_its_instant(self) -> None:
        found = moment("20s")
        assert found.is_duration
        assert found.rings
        assert found.granularity == "second"
        assert found.instant == corpus.NOW + timedelta(seconds=20)

    def test_a_duration_is_never_early(self) -> None:
        now = corpus.NOW + timedelta(milliseconds=400)
        assert moment("20s", by=clock(now=now)).instant >= now + timedelta(seconds=20)

    def test_a_duration_runs_over_a_change_of_clocks(self) -> None:
        before = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 in New York, for the first time
        found = moment("in 1h", by=clock(now=before, zone="America/New_York"))
        assert found.instant == before + timedelta(hours=1)
        assert (found.local, found.local.fold) == (datetime(2026, 11, 1, 1, 30), 1)

    @pytest.mark.parametrize("phrase", ["tomorrow 6h", "fri 22h", "evening", "2h", "20s", "tonight at 11"])
    def test_a_typed_time_rings_in_quiet_hours(self, phrase: str) -> None:
        assert moment(phrase).rings

    @pytest.mark.parametrize("phrase", ["tomorrow", "2d", "next week", "Dec 25", "end of month", "every 2w"])
    def test_a_day_without_a_time_waits(self, phrase: str) -> None:
        assert not moment(phrase).rings

    @pytest.mark.parametrize(
        ("phrase", "granularity"),
        [
            ("20s", "second"),
            ("10:30:20", "second"),
            ("30min", "minute"),
            ("fri 10h", "minute"),
            ("fri morning", "part"),
            ("fri", "day"),
            ("next week", "week"),
            ("march", "month"),
            ("end of month", "month"),
            ("q1", "quarter"),
            ("next year", "year"),
        ],
    )
    def test_the_granularity_is_what_was_typed(self, phrase: str, granularity: str) -> None:
        assert moment(phrase).granularity == granularity

    def test_a_date_alone_takes_the_members_own_time(self) -> None:
        assert moment("fri", by=clock(default_time=time(8, 30))).local == datetime(2026, 11, 27, 8, 30)


class TestWhichDayIsMeant:
    def test_a_weekday_is_never_today(self) -> None:
        assert said(moment("tue")) == ["Tue 01 Dec 2026 09:00"]
        assert said(moment("tue", BACK)) == ["Tue 17 Nov 2026 09:00"]

    def test_but_today_is_one_tap_away(self) -> None:
        assert said(*moment("tue 16h").others) == ["Tue 24 Nov 2026 16:00"]
        assert said(*moment("tue 10h", BACK).others) == ["Tue 24 Nov 2026 10:00"]

    @pytest.mark.parametrize("phrase", ["next fri", "friday next week", "sexta da semana que vem"])
    def test_next_is_of_the_next_week_and_offers_the_coming_one(self, phrase: str) -> None:
        found = moment(phrase)
        assert said(found, *found.others) == ["Fri 04 Dec 2026 09:00", "Fri 27 Nov 2026 09:00"]

    @pytest.mark.parametrize(
        "phrase", ["this fri", "próxima sexta", "sexta que vem", "el próximo viernes", "el viernes que viene"]
    )
    def test_the_coming_one_offers_the_next(self, phrase: str) -> None:
        found = moment(phrase)
        assert said(found, *found.others) == ["Fri 27 Nov 2026 09:00", "Fri 04 Dec 2026 09:00"]

    def test_where_both_are_one_day_there_is_nothing_to_offer(self) -> None:
        assert moment("next mon").others == ()

    def test_a_day_of_this_week_that_is_over_offers_the_coming_one(self) -> None:
        found = problem("this mon")
        assert found.reason is Reason.PAST
        assert said(*found.offers) == ["Mon 30 Nov 2026 09:00"]

    def test_a_missing_year_is_the_nearest_in_the_roles_direction(self) -> None:
        assert said(moment("23 nov")) == ["Tue 23 Nov 2027 09:00"]
        assert said(moment("25 nov", BACK)) == ["Tue 25 Nov 2025 09:00"]

    def test_today_without_a_time_is_the_next_full_hour_once_the_default_has_passed(self) -> None:
        assert said(moment("today")) == ["Tue 24 Nov 2026 15:00"]
        early = clock(now=datetime(2026, 11, 24, 10, tzinfo=UTC))
        assert said(moment("today", by=early)) == ["Tue 24 Nov 2026 09:00"]

    def test_today_looking_back_is_now(self) -> None:
        assert moment("today", BACK).local == corpus.cases()[0].clock.local


class TestNumbersWithASlash:
    @pytest.mark.parametrize("language", ["pt", "es"])
    @pytest.mark.parametrize("country", [None, "US", "BR"])
    def test_portuguese_and_spanish_put_the_day_first_everywhere(self, language: Language, country: str | None) -> None:
        assert said(moment("2/3", by=clock(language, country))) == ["Tue 02 Mar 2027 09:00"]

    def test_english_follows_the_country(self) -> None:
        assert said(moment("2/3", by=clock("en", "US"))) == ["Wed 03 Feb 2027 09:00"]
        assert said(moment("2/3", by=clock("en", "GB"))) == ["Tue 02 Mar 2027 09:00"]
        assert said(moment("2/3", by=clock("en", "BR"))) == ["Tue 02 Mar 2027 09:00"]

    def test_english_without_a_country_asks(self) -> None:
        found = problem("5/6")
        assert found.reason is Reason.DAY_OR_MONTH
        assert said(*found.offers) == ["Sat 05 Jun 2027 09:00", "Thu 06 May 2027 09:00"]

    def test_unless_only_one_reading_is_a_date(self) -> None:
        assert said(moment("15/6"), moment("6/15")) == ["Tue 15 Jun 2027 09:00"] * 2
        assert said(moment("5/5")) == ["Wed 05 May 2027 09:00"]

    def test_a_month_beyond_twelve_is_asked_with_the_other_order(self) -> None:
        found = problem("6/15", by=clock("pt"))
        assert found.reason is Reason.IMPOSSIBLE
        assert said(*found.offers) == ["Tue 15 Jun 2027 09:00"]

    def test_the_weekday_beside_it_settles_the_order(self) -> None:
        assert said(moment("fri 4/12")) == ["Fri 04 Dec 2026 09:00"]

    def test_an_iso_date_always_wins(self) -> None:
        for language in ("en", "pt", "es"):
            assert said(moment("2027-03-02", by=clock(language, "US"))) == ["Tue 02 Mar 2027 09:00"]


class TestImpossibleDates:
    def test_are_never_rolled_over(self) -> None:
        found = problem("31 feb")
        assert (found.reason, found.last_day, found.month) == (Reason.IMPOSSIBLE, 28, 2)
        assert said(*found.offers) == ["Fri 26 Feb 2027 09:00", "Mon 01 Mar 2027 09:00"]
        assert found.typed == "31 feb"

    def test_keep_the_time_in_what_they_offer(self) -> None:
        assert said(*problem("31 feb 16h").offers) == ["Fri 26 Feb 2027 16:00", "Mon 01 Mar 2027 16:00"]

    def test_29_february_needs_a_leap_year(self) -> None:
        assert problem("29 feb").reason is Reason.IMPOSSIBLE
        assert said(moment("29 feb 2028")) == ["Tue 29 Feb 2028 09:00"]
        leap = clock(now=datetime(2027, 6, 1, 12, tzinfo=UTC))
        assert said(moment("29 feb", by=leap)) == ["Tue 29 Feb 2028 09:00"]

    def test_a_day_the_month_lacks_offers_its_last_and_the_next_such_day(self) -> None:
        assert said(*problem("dia 31", by=clock("pt")).offers) == ["Mon 30 Nov 2026 09:00", "Thu 31 Dec 2026 09:00"]

    def test_a_weekday_that_does_not_agree_is_asked(self) -> None:
        found = problem("Thu 4 Dec")
        assert found.reason is Reason.WRONG_WEEKDAY
        assert said(*found.offers) == ["Fri 04 Dec 2026 09:00", "Thu 03 Dec 2026 09:00"]

    @pytest.mark.parametrize("phrase", ["25:00", "tomorrow 10:75", "fri 25h", "at 13am"])
    def test_hours_that_do_not_exist(self, phrase: str) -> None:
        found = dates.read(phrase, AHEAD, clock())
        assert found is None or (isinstance(found, DateProblem) and found.reason is Reason.IMPOSSIBLE_TIME)

    @pytest.mark.parametrize("phrase", ["9999 years", "9999mo", "25/12/9999", "in 9999 weeks", "9999bd", "9999h"])
    def test_too_far_is_said(self, phrase: str) -> None:
        found = dates.read(phrase, AHEAD, clock("pt"))
        assert isinstance(found, DateProblem)
        assert found.reason is Reason.TOO_FAR


class TestHours:
    def test_alone_7h_to_23h_is_a_clock_time_and_the_duration_is_offered(self) -> None:
        found = moment("10h")
        assert said(found, *found.others) == ["Wed 25 Nov 2026 10:00", "Wed 25 Nov 2026 00:00"]

    def test_alone_1h_to_6h_is_a_duration_and_the_clock_time_is_offered(self) -> None:
        found = moment("3h")
        assert found.is_duration
        assert said(found, *found.others) == [
            "Tue 24 Nov 2026 17:00",
            "Tue 24 Nov 2026 15:00",
            "Wed 25 Nov 2026 03:00",
        ]

    @pytest.mark.parametrize("phrase", ["in 10h", "daqui a 10h", "em 10h", "dentro de 10h", "en 10h", "in 10 hours"])
    def test_after_in_it_is_always_a_duration(self, phrase: str) -> None:
        found = moment(phrase)
        assert found.is_duration
        assert said(found) == ["Wed 25 Nov 2026 00:00"]

    @pytest.mark.parametrize("phrase", ["fri 3h", "fri at 3", "sexta às 3", "viernes a las 3", "fri 3:00", "fri 03:00"])
    def test_an_early_hour_is_the_afternoon_and_the_early_one_is_offered(self, phrase: str) -> None:
        found = moment(phrase)
        assert found.note is Note.AFTERNOON
        assert said(found, *found.others) == ["Fri 27 Nov 2026 15:00", "Fri 27 Nov 2026 03:00"]

    @pytest.mark.parametrize("phrase", ["fri 3am", "sexta 3 da manhã", "viernes 3 de la mañana", "2026-11-27 03:00"])
    def test_unless_it_is_said_to_be_early(self, phrase: str) -> None:
        found = moment(phrase)
        assert said(found, *found.others) == ["Fri 27 Nov 2026 03:00"]

    def test_or_the_member_is_up_by_then(self) -> None:
        assert said(moment("fri 6h", by=clock(quiet_end=time(6)))) == ["Fri 27 Nov 2026 06:00"]
        assert said(moment("fri 5h", by=clock(quiet_end=time(6)))) == ["Fri 27 Nov 2026 17:00"]

    def test_a_time_less_than_five_minutes_ahead_is_tomorrow(self) -> None:
        assert said(moment("14:04")) == ["Wed 25 Nov 2026 14:04"]
        assert said(moment("14:05")) == ["Tue 24 Nov 2026 14:05"]

    def test_a_time_looking_back_is_today_or_yesterday(self) -> None:
        assert said(moment("14:00", BACK), moment("14:01", BACK)) == ["Tue 24 Nov 2026 14:00", "Mon 23 Nov 2026 14:01"]

    def test_a_bare_number_asks_hour_or_day(self) -> None:
        found = problem("10")
        assert found.reason is Reason.DAY_OR_HOUR
        assert said(*found.offers) == ["Wed 25 Nov 2026 10:00", "Thu 10 Dec 2026 09:00"]

    def test_a_bare_number_after_a_day_asks_too(self) -> None:
        assert said(*problem("fri 4").offers) == [
            "Fri 27 Nov 2026 16:00",
            "Fri 27 Nov 2026 09:00",
            "Fri 04 Dec 2026 09:00",
        ]

    def test_a_bare_m_asks_minutes_or_months(self) -> None:
        found = problem("5m")
        assert found.reason is Reason.MINUTES_OR_MONTHS
        assert said(*found.offers) == ["Tue 24 Nov 2026 14:05", "Sat 24 Apr 2027 09:00"]

    def test_mar_alone_is_tuesday_in_spanish_and_asked_elsewhere(self) -> None:
        assert said(moment("mar", by=clock("es"))) == ["Tue 01 Dec 2026 09:00"]
        assert said(*problem("mar", by=clock("pt")).offers) == ["Tue 01 Dec 2026 09:00", "Mon 01 Mar 2027 09:00"]
        assert said(moment("mar 5", by=clock("es"))) == ["Fri 05 Mar 2027 09:00"]

    def test_eod_is_18_of_a_working_day(self) -> None:
        evening = clock(now=datetime(2026, 11, 27, 22, tzinfo=UTC))  # Friday 19:00
        assert said(moment("eod")) == ["Tue 24 Nov 2026 18:00"]
        assert said(moment("eod", by=evening)) == ["Mon 30 Nov 2026 18:00"]

    def test_a_time_in_the_gap_is_the_first_that_exists(self) -> None:
        now = datetime(2026, 3, 6, 12, tzinfo=UTC)
        found = moment("2026-03-08 02:30", by=clock(now=now, zone="America/New_York"))
        assert found.local == datetime(2026, 3, 8, 3)
        assert found.note is Note.GAP


class TestWorkingDays:
    def test_a_typed_weekend_is_kept_and_the_next_working_day_offered(self) -> None:
        found = moment("sat 10h")
        assert found.note is Note.WEEKEND
        assert said(found, *found.others) == ["Sat 28 Nov 2026 10:00", "Mon 30 Nov 2026 10:00"]

    def test_a_typed_holiday_is_kept_and_the_next_working_day_offered(self) -> None:
        found = moment("25 dez", by=clock("pt", "BR"))
        assert found.note is Note.HOLIDAY
        assert said(found, *found.others) == ["Fri 25 Dec 2026 09:00", "Mon 28 Dec 2026 09:00"]

    @pytest.mark.parametrize(
        ("phrase", "country", "expected"),
        [
            ("2bd", None, "Thu 26 Nov 2026 09:00"),
            ("2bd", "US", "Fri 27 Nov 2026 09:00"),  # Thanksgiving between
            ("4bd", "BR", "Mon 30 Nov 2026 09:00"),
            ("next week", "BR", "Mon 30 Nov 2026 09:00"),
            ("q1", "BR", "Mon 04 Jan 2027 09:00"),
            ("q1", None, "Mon 04 Jan 2027 09:00"),
        ],
    )
    def test_business_days_skip_holidays_without_a_word(self, phrase: str, country: str | None, expected: str) -> None:
        found = moment(phrase, by=clock("en", country))
        assert said(found) == [expected]
        assert found.note is None

    def test_next_week_begins_on_its_first_working_day(self) -> None:
        before_carnival = clock("en", "US", now=datetime(2026, 1, 14, 15, tzinfo=UTC))  # Martin Luther King's Monday
        assert said(moment("next week", by=before_carnival)) == ["Tue 20 Jan 2026 09:00"]


class TestTheWrongSideOfNow:
    def test_a_follow_up_in_the_past_is_asked_with_what_may_be_meant(self) -> None:
        found = problem("today 9h")
        assert found.reason is Reason.PAST
        assert said(*found.offers) == ["Wed 25 Nov 2026 09:00"]

    def test_an_old_date_offers_the_next_such_day(self) -> None:
        assert said(*problem("20/11/2025", by=clock("pt")).offers) == ["Fri 20 Nov 2026 09:00"] or said(
            *problem("20/11/2025", by=clock("pt")).offers
        ) == ["Sat 20 Nov 2027 09:00"]

    def test_an_interaction_in_the_future_offers_the_plan(self) -> None:
        found = problem("tomorrow", BACK)
        assert found.reason is Reason.FUTURE
        assert said(*found.offers) == ["Wed 25 Nov 2026 09:00"]


class TestSeries:
    @pytest.mark.parametrize(
        ("phrase", "rule", "first"),
        [
            ("every mon 9h", "FREQ=WEEKLY;BYDAY=MO", "Mon 30 Nov 2026 09:00"),
            ("toda segunda 9h", "FREQ=WEEKLY;BYDAY=MO", "Mon 30 Nov 2026 09:00"),
            ("cada lunes", "FREQ=WEEKLY;BYDAY=MO", "Mon 30 Nov 2026 09:00"),
            ("mondays 9h", "FREQ=WEEKLY;BYDAY=MO", "Mon 30 Nov 2026 09:00"),
            ("every 2w", "FREQ=WEEKLY;INTERVAL=2", "Tue 08 Dec 2026 09:00"),
            ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "Fri 27 Nov 2026 09:00"),
            ("every month on 31", "FREQ=MONTHLY;BYMONTHDAY=-1", "Mon 30 Nov 2026 09:00"),
            ("todo mês dia 30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "Mon 30 Nov 2026 09:00"),
            ("todo dia 5", "FREQ=MONTHLY;BYMONTHDAY=5", "Sat 05 Dec 2026 09:00"),
            ("todo dia 9h", "FREQ=DAILY", "Wed 25 Nov 2026 09:00"),
            ("every day 16h", "FREQ=DAILY", "Tue 24 Nov 2026 16:00"),
            ("every 3 days", "FREQ=DAILY;INTERVAL=3", "Fri 27 Nov 2026 09:00"),
            ("every weekday 9h", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Wed 25 Nov 2026 09:00"),
            ("cada lunes y jueves", "FREQ=WEEKLY;BYDAY=MO,TH", "Thu 26 Nov 2026 09:00"),
            ("every quarter", "FREQ=MONTHLY;INTERVAL=3", "Wed 24 Feb 2027 09:00"),
            ("every first monday", "FREQ=MONTHLY;BYDAY=1MO", "Mon 07 Dec 2026 09:00"),
            ("every month on the last friday", "FREQ=MONTHLY;BYDAY=-1FR", "Fri 27 Nov 2026 09:00"),
            ("every year on 25 dec", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", "Fri 25 Dec 2026 09:00"),
            ("every 2h", "FREQ=HOURLY;INTERVAL=2", "Tue 24 Nov 2026 16:00"),
        ],
    )
    def test_has_a_rule_and_its_first_occurrence(self, phrase: str, rule: str, first: str) -> None:
        found = moment(phrase)
        assert found.rule == rule
        assert said(found) == [first]

    def test_every_month_typed_on_a_31st_stays_at_the_end(self) -> None:
        found = moment("every month", by=clock(now=datetime(2027, 1, 31, 15, tzinfo=UTC)))
        assert found.rule == "FREQ=MONTHLY;BYMONTHDAY=-1"
        assert said(found) == ["Sun 28 Feb 2027 09:00"]

    def test_every_few_minutes_is_too_often(self) -> None:
        assert problem("every 5 minutes").reason is Reason.TOO_OFTEN

    def test_counts_only_where_a_date_is_expected(self) -> None:
        assert dates.read_prefix("every monday they call", AHEAD, clock()) is None
        assert dates.read_prefix("cada uno", AHEAD, clock("es"), marked=True) is None


class TestBesideOtherText:
    def test_the_phrase_says_where_it_ends(self) -> None:
        text = "fri 10h send quote"
        found = dates.read_prefix(text, AHEAD, clock(), marked=True)
        assert found is not None
        assert text[found[1] :] == " send quote"
        assert found[0].typed == "fri 10h"

    def test_the_place_counts_what_was_typed_not_what_was_folded(self) -> None:
        for text in ("amanhã às 10 ligar", "amanha\u0303 a\u0300s 10 ligar", "  AMANHÃ  às  10  ligar"):
            found = dates.read_prefix(text, AHEAD, clock("pt"))
            assert found is not None
            assert text[found[1] :].strip() == "ligar"

    def test_a_whole_phrase_must_be_a_date_to_its_end(self) -> None:
        assert dates.read("fri send quote", AHEAD, clock()) is None
        assert dates.read("friday.", AHEAD, clock()) is not None

    def test_it_does_not_run_over_the_end_of_a_line(self) -> None:
        found = dates.read_prefix("fri\n10h", AHEAD, clock(), marked=True)
        assert found is not None
        assert found[1] == len("fri")
