"""What is wrong with a line, in words a person can act on: what, why, and the mended line behind each button."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import get_month_names

from handlers import cards
from handlers.context import Context
from handlers.errors import BadArgument, Expectation
from handlers.grammar import dates, line as lines, money
from handlers.grammar.lexicon import StageName, find_stage
from handlers.grammar.problems import Problem, ProblemKind
from handlers.message import Button
from storage import members
from storage.types import Money

MOST_OFFERS = 4


def refuse(context: Context, line: lines.Line) -> None:
    """Raise the first thing that keeps a line from being applied, if there is one; everything typed is kept."""
    if line.problems:
        raise of_line(context, line, line.problems[0])


def of_line(context: Context, line: lines.Line, problem: Problem) -> BadArgument:
    """Return the question a problem makes: what is wrong, and up to four lines that would do."""
    typed = line.text[problem.span.start : problem.span.end]
    said, expects = _said(context, problem, typed)
    text = context.gettext("Not logged yet: {problem}").format(problem=said)
    offers = _labelled(context, problem)
    buttons = [
        Button(label=cards.cut(label, cards.LABEL), command=_mended(line.text, problem, offer))
        for label, offer in offers[:MOST_OFFERS]
    ]
    expectation = (
        Expectation(kind=expects, start=problem.span.start, end=problem.span.end) if expects is not None else None
    )
    return BadArgument(text, buttons=tuple(buttons), expects=expectation)


def _mended(text: str, problem: Problem, offer: str) -> str:
    return text[: problem.span.start] + offer + text[problem.span.end :]


def _labelled(context: Context, problem: Problem) -> list[tuple[str, str]]:
    """Return (label, replacement) for each way out; each is labelled as the person reads it, if it can be."""
    labels = _labels(context, problem)
    shown = labels if len(labels) == len(problem.offers) else problem.offers
    return list(zip(shown, problem.offers, strict=True))


def _labels(context: Context, problem: Problem) -> Sequence[str]:
    _, detail = context.gettext, problem.detail
    if isinstance(detail, dates.DateProblem):
        return [date_label(context, moment) for moment in detail.offers]
    if isinstance(detail, money.MoneyProblem):
        return [_amount(context, amount) for amount in detail.offers]
    if problem.kind is ProblemKind.FUTURE_DATE_FOR_LOG:
        return [_("Plan it"), _("It was today")]
    if isinstance(detail, tuple):  # one line holds them all, and each offer keeps one
        return [_label(context, each) for each in detail[: len(problem.offers)]]
    return problem.offers


def _label(context: Context, value: object) -> str:
    if isinstance(value, StageName):
        return context.stage_name(value.id)
    return _amount(context, value) if isinstance(value, money.Amount) else str(value)


def _amount(context: Context, amount: money.Amount) -> str:
    return context.wording.money(Money(amount.minor, amount.currency))


def _said(context: Context, problem: Problem, typed: str) -> tuple[str, str | None]:
    """Return what is wrong in words, and what a typed answer must be."""
    _ = context.gettext
    typed = cards.cut(typed, 60)
    if isinstance(problem.detail, dates.DateProblem):
        return _date_text(context, problem.detail), "date"
    if isinstance(problem.detail, money.MoneyProblem):
        return _money_text(context, problem.detail), "amount"
    if problem.kind is ProblemKind.UNKNOWN_STAGE:
        return _stage_text(context, typed), "stage"
    if problem.kind is ProblemKind.UNKNOWN_MEMBER:
        names = ", ".join(f"@{name}" for name in members.names(context.session)[:20])
        return _("there is no {typed} here. There are: {names}").format(typed=typed, names=names), None
    if problem.kind is ProblemKind.FUTURE_DATE_FOR_LOG and isinstance(problem.detail, dates.Moment):
        typed = problem.detail.typed
    said, expects = {
        ProblemKind.TWO_STAGES: (_("two stages in one line. Which one?"), "stage"),
        ProblemKind.TWO_AMOUNTS: (_("two amounts in one line. Which one is the deal's?"), "amount"),
        ProblemKind.TWO_DATES: (_("two dates for what happened. Which one?"), "date"),
        ProblemKind.FUTURE_DATE_FOR_LOG: (_("“{typed}” is still to come. Plan it, or was it today?"), "date"),
        ProblemKind.NO_WHO: (_("a note about whom? Type a name."), "name"),
        ProblemKind.TOO_LONG: (_("the line is too long. Send it in parts; it is kept in: inbox"), None),
    }.get(problem.kind, (_("“{typed}” is no date I can read. Try: fri 10h, tomorrow, 2h"), "date"))
    return said.format(typed=typed), expects


# Dates ------------------------------------------------------------


def bad_date(context: Context, problem: dates.DateProblem, text: str, typed: str) -> BadArgument:
    """Return the question for a date that is an argument of a command."""
    start = text.rfind(typed)
    buttons = tuple(
        Button(
            label=date_label(context, moment),
            command=text[:start] + date_text(context, moment) + text[start + len(typed) :],
        )
        for moment in problem.offers[:MOST_OFFERS]
    )
    expects = Expectation(kind="date", start=start, end=start + len(typed))
    return BadArgument(_sentence(_date_text(context, problem)), buttons=buttons, expects=expects)


def _date_text(context: Context, problem: dates.DateProblem) -> str:
    _ = context.gettext
    typed = cards.cut(problem.typed, 60)
    if problem.reason is dates.Reason.IMPOSSIBLE and problem.last_day and problem.month:
        return _("“{typed}” is no date ({month} ends on {day}). Pick one or type a date.").format(
            typed=typed, month=_month(context, problem.month), day=problem.last_day
        )
    said = {
        dates.Reason.IMPOSSIBLE: _("there is no “{typed}”. Pick one or type a date."),
        dates.Reason.IMPOSSIBLE_TIME: _("there is no “{typed}”. Pick one or type a date."),
        dates.Reason.MINUTES_OR_MONTHS: _("is “{typed}” minutes or months? Write min or mo."),
        dates.Reason.DAY_OR_MONTH: _("“{typed}” can be two dates. Which one?"),
        dates.Reason.DAY_OR_HOUR: _("is “{typed}” an hour or a day?"),
        dates.Reason.WRONG_WEEKDAY: _("“{typed}” falls on another weekday. Which one?"),
        dates.Reason.VAGUE: _("“{typed}” is no single day. Type a date."),
        dates.Reason.PAST: _("“{typed}” has passed. Pick one or type a date."),
        dates.Reason.FUTURE: _("“{typed}” is still to come. Plan it, or was it today?"),
        dates.Reason.TOO_FAR: _("“{typed}” is more than I can keep track of."),
        dates.Reason.TOO_OFTEN: _("“{typed}” is more than I can keep track of."),
    }
    return said.get(problem.reason, _("“{typed}” can be read in two ways. Which one?")).format(typed=typed)


def _sentence(text: str) -> str:
    """A problem stands by itself where nothing was to be logged."""
    return text[:1].upper() + text[1:]


def _month(context: Context, month: int) -> str:
    return str(get_month_names("wide", locale=context.wording.locale)[month])


def date_label(context: Context, moment: dates.Moment) -> str:
    """Return a button's label for a moment: a day, or a clock time if it is of the same day."""
    wording = context.wording
    if moment.local.date() == wording.today:
        return wording.clock(moment.local)
    said = wording.day(moment.local.date())
    with_time = f"{said} {wording.clock(moment.local)}"
    return with_time if moment.granularity != "day" and len(with_time) <= cards.LABEL else cards.cut(said, cards.LABEL)


def date_text(context: Context, moment: dates.Moment) -> str:
    """Return a moment as a text that is read as the same moment."""
    return dates.typed_form(moment, context.language)


def remark(context: Context, moment: dates.Moment) -> str | None:
    """Say what is special about a date that was kept as typed."""
    _ = context.gettext
    said = {
        dates.Note.WEEKEND: _("That is a weekend."),
        dates.Note.HOLIDAY: _("That is a holiday."),
        dates.Note.AFTERNOON: _("Read as the afternoon."),
        dates.Note.GAP: _("The clock jumps over that time; the first one after it was taken."),
    }
    return said.get(moment.note) if moment.note is not None else None


# Money and stages ------------------------------------------------------------


def bad_money(context: Context, problem: money.MoneyProblem) -> BadArgument:
    """Return the question for an amount that is an argument of a command."""
    start = context.text.rfind(problem.typed)
    end = start + len(problem.typed)
    buttons = tuple(
        Button(
            label=cards.cut(_amount(context, offer), cards.LABEL),
            command=context.text[:start] + money.typed_form(offer) + context.text[end:],
        )
        for offer in problem.offers[:MOST_OFFERS]
    )
    return BadArgument(
        _sentence(_money_text(context, problem)),
        buttons=buttons,
        expects=Expectation(kind="amount", start=start, end=end),
    )


def _money_text(context: Context, problem: money.MoneyProblem) -> str:
    _ = context.gettext
    typed = cards.cut(problem.typed, 60)
    match problem.reason:
        case money.Reason.NEGATIVE:
            return _("“{typed}” is less than nothing. Type the amount without the minus.").format(typed=typed)
        case money.Reason.TOO_LARGE:
            return _("“{typed}” is more than a deal can be worth.").format(typed=typed)
        case money.Reason.WHICH_CURRENCY:
            return _("which currency is “{typed}” in?").format(typed=typed)
        case _:
            return _("“{typed}” can be two amounts. Which one?").format(typed=typed)


def _stage_text(context: Context, typed: str) -> str:
    names = ", ".join(context.stage_name(stage.id) for stage in context.stages)
    return context.gettext("there is no stage “{typed}”. The stages are: {names}").format(
        typed=typed.lstrip("> "), names=names
    )


def unknown_stage(context: Context, word: str, text: str) -> BadArgument:
    """Return the question for a stage that is an argument of a command."""
    start = text.rfind(word)
    names = [context.stage_name(stage.id) for stage in context.stages]
    buttons = tuple(
        Button(label=cards.cut(name, cards.LABEL), command=text[:start] + name + text[start + len(word) :])
        for name in names[:MOST_OFFERS]
    )
    return BadArgument(
        _sentence(_stage_text(context, word)),
        buttons=buttons,
        expects=Expectation(kind="stage", start=start, end=start + len(word)),
    )


def is_stage(context: Context, text: str) -> bool:
    return find_stage(text.lstrip("> "), context.lexicon.stages) is not None
