"""Writing a moment so that reading it gives the same one: the command behind a button."""

from handlers.grammar.dates.moments import Language, Moment
from storage import times

_DAY_NAMES = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
_UNITS = {"HOURLY": "h", "DAILY": "d", "WEEKLY": "w", "MONTHLY": "mo", "YEARLY": "y"}
_NTH = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EVERY = {"en": ("every", "from"), "pt": ("cada", "a partir de"), "es": ("cada", "desde")}


def typed_form(moment: Moment, language: Language) -> str:
    """Write the wall-clock time in ISO form, which every language reads; a series with its rule before it."""
    seconds = ":%S" if moment.local.second else ""
    plain = moment.local.strftime(f"%Y-%m-%d %H:%M{seconds}")
    if moment.rule:
        every, start = _EVERY[language]
        return f"{every} {_rule(moment.rule)} {start} {plain}"
    return plain + _offset(moment)


def _offset(moment: Moment) -> str:
    """Tell the second of two equal times by its offset."""
    if times.resolve(moment.local.replace(fold=0), moment.zone) == moment.instant:
        return ""
    minutes = round((moment.local.replace(tzinfo=moment.instant.tzinfo) - moment.instant).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _rule(rule: str) -> str:
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    unit = _UNITS[parts["FREQ"]]
    interval = parts.get("INTERVAL", "1")
    return f"{interval}{unit}{_days(parts, unit)}"


def _days(parts: dict[str, str], unit: str) -> str:
    if "BYMONTH" in parts:
        return f" on {_month_day(parts)} {_MONTHS[int(parts['BYMONTH']) - 1]}"
    if "BYMONTHDAY" in parts:
        return " on last day" if parts["BYMONTHDAY"] == "-1" else f" on {_month_day(parts)}"
    if "BYDAY" not in parts:
        return ""
    days = parts["BYDAY"].split(",")
    if unit == "mo":
        return f" on {_NTH[days[0][:-2]]} {_DAY_NAMES[days[0][-2:]]}"
    return " on " + " and ".join(_DAY_NAMES[day] for day in days)


def _month_day(parts: dict[str, str]) -> str:
    """Write the days of the month; 28,29,30 with a position is the 30th or the last day before it."""
    days = parts["BYMONTHDAY"].split(",")
    return days[-1] if "BYSETPOS" in parts else " and ".join(days)
