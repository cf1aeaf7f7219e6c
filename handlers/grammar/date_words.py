"""Date words of English, Portuguese and Spanish, folded: names, units and phrases, without any arithmetic.

A table, not Babel: its locale data costs 44 ms at start and lacks what people type (`tmrw`, `amanhã cedo`, `finde`).
"""

from collections.abc import Iterable

from handlers.grammar.scan import Phrases

MONTHS: dict[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "january jan janeiro enero ene",
            "february febuary feb fevereiro fev febrero",
            "march mar marco marzo",
            "april apr abril abr",
            "may maio mai mayo",
            "june jun junho junio",
            "july jul julho julio",
            "august aug agosto ago",
            "september sep sept setembro set septiembre setiembre",
            "october oct outubro out octubre",
            "november nov novembro noviembre",
            "december dec dezembro dez diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
# Other words too: beside a number they need the phrase to end there ("3 out of 5", "2 ago", "12 may join").
DOUBTFUL_MONTHS: frozenset[str] = frozenset({"may", "mar", "set", "out", "dez", "ago", "march", "mai"})

WEEKDAYS: dict[str, int] = {
    name: day
    for day, names in enumerate(
        (
            "monday mon segunda seg lunes lun",
            "tuesday tue tues terca ter martes mar",
            "wednesday wed weds wensday wednsday quarta qua miercoles mie mier",
            "thursday thu thur thurs thurday quinta qui jueves jue",
            "friday fri sexta sex viernes vie",
            "saturday sat sabado sab",
            "sunday sun domingo dom",
        ),
    )
    for name in names.split()
}
WEEKDAYS_PLURAL: dict[str, int] = {
    name: day
    for day, names in enumerate(
        (
            "mondays segundas lunes",
            "tuesdays tercas martes",
            "wednesdays quartas miercoles",
            "thursdays quintas jueves",
            "fridays sextas viernes",
            "saturdays sabados",
            "sundays domingos",
        ),
    )
    for name in names.split()
}
PLURAL_LEADS: frozenset[str] = frozenset({"los", "as", "nas", "aos", "on"})
TUESDAY_OR_MARCH = "mar"
FEIRA: tuple[str, ...] = ("feira", "feiras")
NUMBERED_WEEKDAYS: Phrases[int] = Phrases({f"{number} a feira": number - 2 for number in range(2, 7)})
# Words of their own in some language: a date only where one is expected (after `!`, `on:`, a remind phrase).
MARKED_WEEKDAYS: frozenset[str] = frozenset({"seg", "ter", "qua", "sex", "sun"})
# "mon amie", "sat with Ana", "segunda reunião" (second): unmarked, the phrase must end there.
DOUBTFUL_WEEKDAYS: frozenset[str] = frozenset(
    {"mon", "wed", "sat", "dom", "qui", "segunda", "terca", "quarta", "quinta", "sexta"},
)

# What begins the line after a date: "mon met Ana", "segunda liguei para o João".
VERBS: frozenset[str] = frozenset(
    """met called talked visited emailed texted sent spoke demo demoed saw had i we
    reuni liguei falei visitei mandei enviei encontrei conversei tive fui ligou me eu
    llame hable visite envie mande escribi reunion vi tuve yo llamo""".split(),  # noqa: SIM905
)

RELATIVE_DAYS: Phrases[int] = Phrases(
    dict.fromkeys(("today", "hoje", "hj", "hoy", "later today", "earlier today", "ainda hoje", "hoje ainda"), 0),
    dict.fromkeys(("hoje mesmo", "hoje mais tarde", "mais tarde hoje", "hoje mais cedo", "hoy mismo"), 0),
    dict.fromkeys(("mas tarde hoy", "hoy mas tarde", "td"), 0),
    dict.fromkeys(("tomorrow", "tmr", "tmrw", "tmw", "amanha", "manana", "amanha mesmo", "manana mismo"), 1),
    dict.fromkeys(("tomorow", "tommorow", "tommorrow", "tomorro", "tomrrow", "2 moro"), 1),
    dict.fromkeys(("yesterday", "ontem", "ayer"), -1),
    dict.fromkeys(("day after tomorrow", "the day after tomorrow", "depois de amanha", "pasado manana"), 2),
    dict.fromkeys(("depois d amanha", "despues de manana", "the day after tmrw", "day after tmrw"), 2),
    dict.fromkeys(("day before yesterday", "the day before yesterday", "anteontem", "antes de ontem"), -2),
    dict.fromkeys(("anteayer", "antes de ayer", "antier"), -2),
)
# Begin like a date, and are none.
NO_DATES: Phrases[bool] = Phrases(
    dict.fromkeys(("hoje em dia", "hoy en dia", "hoy por hoy", "hoy dia", "tomorrow never", "um dia", "un dia"), True),
    dict.fromkeys(("el manana", "la manana", "manana siguiente"), True),
    dict.fromkeys(("may be", "may not", "24 / 7", "7 / 7", "9 / 11", "50 / 50"), True),
)
NOW: Phrases[bool] = Phrases(
    dict.fromkeys(("just now", "right now", "agora mesmo", "agora ha pouco", "ainda agora", "ahora mismo"), True),
    dict.fromkeys(("a moment ago", "hace un rato", "hace un momento"), True),
    dict.fromkeys(("now", "agora", "agorinha", "ahora"), False),
)

MORNING, NOON, AFTERNOON, EVENING, MIDNIGHT, END_OF_DAY = 9, 12, 15, 19, 0, 18
_MORNINGS = (
    "morning",
    "manha",
    "manha cedo",
    "cedo",
    "logo cedo",
    "bem cedo",
    "temprano",
    "first thing",
    "early",
    "am",
)
_LED_MORNINGS = (
    "in the morning",
    "de manha",
    "de manha cedo",
    "pela manha",
    "na parte da manha",
    "por la manana",
    "de la manana",
)
_AFTERNOONS = ("afternoon", "tarde", "pm")
_LED_AFTERNOONS = ("in the afternoon", "a tarde", "de tarde", "pela tarde", "por la tarde", "en la tarde", "a la tarde")
_EVENINGS = ("evening", "night", "noite", "noche")
_LED_EVENINGS = (
    *("in the evening", "at night", "in the night", "a noite", "de noite", "pela noite", "por la noche"),
    *("en la noche", "a la noche", "de noche"),
)
# Parts of a day, by what stands before them: alone they are words, led or pointed at today they are times.
PARTS: Phrases[int] = Phrases(
    dict.fromkeys(_MORNINGS, MORNING),
    dict.fromkeys(_AFTERNOONS, AFTERNOON),
    dict.fromkeys(_EVENINGS, EVENING),
)
LED_PARTS: Phrases[int] = Phrases(
    dict.fromkeys((*_LED_MORNINGS, "en la manana", "a la manana", "a primera hora", "logo de manha"), MORNING),
    dict.fromkeys(_LED_AFTERNOONS, AFTERNOON),
    dict.fromkeys((*_LED_EVENINGS, "a noitinha"), EVENING),
)
PARTS_OF_TODAY: Phrases[int] = Phrases(
    dict.fromkeys(("this morning", "hoje cedo", "esta manana", "esta manha", "nesta manha"), MORNING),
    dict.fromkeys(("this afternoon", "esta tarde", "nesta tarde", "essa tarde"), AFTERNOON),
    dict.fromkeys(("tonight", "this evening", "esta noite", "nesta noite", "essa noite", "esta noche"), EVENING),
)
PARTS_OF_YESTERDAY: Phrases[int] = Phrases(
    dict.fromkeys(("last night", "yesterday evening", "anoche", "ayer noche"), EVENING)
)
NOONS: Phrases[int] = Phrases(
    dict.fromkeys(("noon", "midday", "at noon", "at midday", "12 noon"), NOON),
    dict.fromkeys(("meio dia", "ao meio dia", "mediodia", "al mediodia", "a mediodia", "medio dia"), NOON),
)
LATE_PARTS: Phrases[int] = Phrases(
    dict.fromkeys(("fim da tarde", "final da tarde", "no fim da tarde", "no final da tarde", "de tardinha"), 17),
    dict.fromkeys(("late afternoon", "end of afternoon", "in the late afternoon", "al final de la tarde"), 17),
    dict.fromkeys(("late morning", "fim da manha", "no fim da manha", "final da manha"), 11),
    dict.fromkeys(("a ultima hora", "ultima hora"), END_OF_DAY),
)
AFTER_LUNCH: Phrases[int] = Phrases(
    dict.fromkeys(("after lunch", "depois do almoco", "apos o almoco", "despues de comer", "despues del almuerzo"), 14),
    dict.fromkeys(("at lunch", "at lunchtime", "lunchtime", "na hora do almoco", "no almoco", "ao almoco"), NOON),
    dict.fromkeys(("a la hora de comer", "a la hora del almuerzo", "en el almuerzo"), NOON),
)
MIDNIGHTS: Phrases[int] = Phrases(
    dict.fromkeys(("midnight", "at midnight", "meia noite", "a meia noite"), MIDNIGHT),
    dict.fromkeys(("medianoche", "a medianoche", "a la medianoche", "media noche"), MIDNIGHT),
)
ENDS_OF_DAY: Phrases[int] = Phrases(
    dict.fromkeys(("eod", "cob", "end of day", "end of the day", "close of business", "by eod"), END_OF_DAY),
    dict.fromkeys(("fim do dia", "final do dia", "no fim do dia", "no final do dia", "ate o fim do dia"), END_OF_DAY),
    dict.fromkeys(
        ("fim do expediente", "fin del dia", "final del dia", "al final del dia", "a fin del dia"), END_OF_DAY
    ),
)
# After an hour: which half of the day it lies in.
BEFORE_NOON: Phrases[bool] = Phrases(
    dict.fromkeys(("am", "a . m .", "a . m", "in the morning", "da manha", "de la manana", "de manha"), True),
    dict.fromkeys(("da madrugada", "de la madrugada"), True),
)
AFTER_NOON: Phrases[bool] = Phrases(
    dict.fromkeys(("pm", "p . m .", "p . m", "in the afternoon", "in the evening", "at night", "tonight"), True),
    dict.fromkeys(("da tarde", "da noite", "a noite", "de la tarde", "de la noche", "de noche", "a tarde"), True),
)

HOUR_LEADS: Phrases[bool] = Phrases(
    dict.fromkeys(("at", "@", "around", "about", "at about", "at around", "as", "pelas", "por volta das"), True),
    dict.fromkeys(("la pelas", "umas", "la pelas", "a partir das", "para as", "ate as", "apos as"), True),
    dict.fromkeys(("depois das", "antes das", "a las", "a la", "sobre las", "a eso de las", "para las"), True),
    dict.fromkeys(("hasta las", "como a las", "despues de las", "antes de las", "a partir de las"), True),
)
# A date too may follow these, so that they lead an hour only after a day: "today by 5".
HOUR_LEADS_AFTER_DAY: Phrases[bool] = Phrases(dict.fromkeys(("by", "before", "after", "until", "till", "from"), True))
RANGE_LEADS: Phrases[bool] = Phrases(
    dict.fromkeys(("between", "from", "entre", "entre as", "entre las", "das", "de", "de las"), True),
)
RANGE_JOINTS: frozenset[str] = frozenset({"-", "to", "and", "as", "a", "e", "y", "ate", "until", "till"})
SHARP: Phrases[bool] = Phrases(dict.fromkeys(("sharp", "en punto", "em ponto", "on the dot"), True))
HOURS: frozenset[str] = frozenset({"h", "hs", "hr", "hrs"})
LONG_HOURS: frozenset[str] = frozenset({"hora", "horas"})
HALF_PAST: Phrases[int] = Phrases(
    dict.fromkeys(("e meia", "y media", "and a half"), 30),
    dict.fromkeys(("y cuarto", "e um quarto", "e quinze", "y quince"), 15),
)
BEFORE_THE_HOUR: Phrases[int] = Phrases({"menos cuarto": 15, "menos quince": 15, "menos diez": 10, "menos cinco": 5})
MINUTES_BEFORE: Phrases[int] = Phrases(
    {"quarter to": 15, "a quarter to": 15, "ten to": 10, "five to": 5, "twenty to": 20},
    {"quinze para as": 15, "dez para as": 10, "cinco para as": 5, "vinte para as": 20, "um quarto para as": 15},
    {"quinze pras": 15, "dez pras": 10, "cinco pras": 5, "cuarto para las": 15, "un cuarto para las": 15},
)
MINUTES_AFTER: Phrases[int] = Phrases(
    {"half past": 30, "quarter past": 15, "a quarter past": 15, "ten past": 10, "twenty past": 20, "five past": 5},
)

# Units of a span. Seconds, minutes and hours last; the others name a day.
SECOND, MINUTE, HOUR, DAY, WORKING_DAY, WEEK, MONTH, YEAR, BARE_M = "s", "min", "h", "d", "bd", "w", "mo", "y", "m"
UNITS: Phrases[str] = Phrases(
    dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seg", "segs", "segundo", "segundos"), SECOND),
    dict.fromkeys(("min", "mins", "minute", "minutes", "minuto", "minutos"), MINUTE),
    dict.fromkeys(("minutinho", "minutinhos", "minutito", "minutitos"), MINUTE),
    dict.fromkeys(("h", "hs", "hr", "hrs", "hour", "hours", "hora", "horas"), HOUR),
    dict.fromkeys(("d", "day", "days", "dia", "dias"), DAY),
    dict.fromkeys(("bd", "du", "business day", "business days", "working day", "working days"), WORKING_DAY),
    dict.fromkeys(("workday", "workdays", "dia util", "dias uteis", "dia habil", "dias habiles"), WORKING_DAY),
    dict.fromkeys(("dia laborable", "dias laborables"), WORKING_DAY),
    dict.fromkeys(("w", "wk", "wks", "week", "weeks", "sem", "semana", "semanas"), WEEK),
    dict.fromkeys(("mo", "mos", "month", "months", "mes", "meses"), MONTH),
    dict.fromkeys(("y", "yr", "yrs", "year", "years", "ano", "anos"), YEAR),
    {"m": BARE_M},
)
# One letter is a unit only right after its number: "5 y 6", "2 d".
GLUED_UNITS: frozenset[str] = frozenset({"s", "d", "w", "y", "m"})
SECONDS_IN: dict[str, int] = {SECOND: 1, MINUTE: 60, HOUR: 3600}
DAYS_IN: dict[str, int] = {DAY: 1, WEEK: 7}
ENGLISH_HOURS: frozenset[str] = frozenset({"hour", "hours", "hr", "hrs"})
HALF_MORE: Phrases[bool] = Phrases(dict.fromkeys(("and a half", "e meia", "y media"), True))
LENGTHS: Phrases[int] = Phrases(
    dict.fromkeys(("half an hour", "half hour", "a half hour", "meia hora", "media hora"), 1800),
    dict.fromkeys(("meia horinha", "media horita"), 1800),
    dict.fromkeys(("quarter of an hour", "a quarter of an hour", "um quarto de hora", "un cuarto de hora"), 900),
    dict.fromkeys(("an hour and a half", "hour and a half", "uma hora e meia", "hora e meia"), 5400),
    dict.fromkeys(("una hora y media", "hora y media", "one and a half hours"), 5400),
)
SPAN_LEADS: Phrases[int] = Phrases(
    dict.fromkeys(("in", "within", "daqui a", "daqui", "dentro de", "em", "en", "de aqui a", "from now in"), 1),
    dict.fromkeys(("in about", "em cerca de", "daqui uns", "daqui umas"), 1),
    dict.fromkeys(("ha", "faz", "hace"), -1),
)
SPAN_TAILS: Phrases[int] = Phrases(
    dict.fromkeys(("ago", "back", "atras"), -1),
    dict.fromkeys(("later", "depois", "despues", "mais tarde", "mas tarde"), 1),
    dict.fromkeys(("from now", "from today", "a partir de agora", "a partir de hoje", "a partir de hoy"), 1),
)
# "A week from friday" counts from another day.
FROM_DAY: Phrases[int] = Phrases(
    dict.fromkeys(("from", "after", "depois de", "depois do", "depois da", "apos", "apos o", "despues de"), 1),
    dict.fromkeys(("despues del", "despues de la", "a partir de"), 1),
    dict.fromkeys(("before", "antes de", "antes do", "antes da", "antes del", "antes de la"), -1),
)
# Counted from something that is no day: "2 days before the fair", "una semana después de la feria".
COUNTED_FROM: Phrases[bool] = Phrases(
    dict.fromkeys(("before", "after", "from", "prior to", "antes de", "antes do", "antes da", "depois de"), True),
    dict.fromkeys(("depois do", "depois da", "despues de", "despues del", "antes del", "apos"), True),
)
FORTNIGHTS: Phrases[int] = Phrases(
    dict.fromkeys(("a fortnight", "fortnight", "uma quinzena", "quinzena", "una quincena", "quincena"), 14),
)
COUNTS: Phrases[int] = Phrases(
    dict.fromkeys(("a", "an", "um", "uma", "un", "una"), 1),
    dict.fromkeys(("a couple of", "a couple", "um par de", "un par de"), 2),
)

# Which one: by the calendar (0 this, 1 next), or the nearest (`coming`, `past`).
THIS, NEXT, COMING, LAST = "this", "next", "coming", "last"
BEFORE_WEEKDAY: Phrases[str] = Phrases(
    dict.fromkeys(("this", "esta", "essa", "nesta", "nessa", "este", "esse", "neste", "nesse", "ese"), THIS),
    dict.fromkeys(("next",), NEXT),
    dict.fromkeys(("coming", "this coming", "the coming", "proxima", "proximo", "na proxima", "no proximo"), COMING),
    dict.fromkeys(("a proxima", "o proximo", "el proximo"), COMING),
    dict.fromkeys(("last", "past", "this past", "ultima", "ultimo", "na ultima", "no ultimo", "el ultimo"), LAST),
    dict.fromkeys(("el pasado",), LAST),
)
AFTER_WEEKDAY: Phrases[str] = Phrases(
    dict.fromkeys(("que vem", "q vem", "que viene", "proxima", "proximo"), COMING),
    dict.fromkeys(("passada", "passado", "pasado", "ultima", "ultimo"), LAST),
    dict.fromkeys(("next week", "of next week", "da semana que vem", "da proxima semana", "na semana que vem"), NEXT),
    dict.fromkeys(("de la semana que viene", "de la proxima semana", "de la semana proxima"), NEXT),
    dict.fromkeys(("this week", "of this week", "desta semana", "dessa semana", "de esta semana"), THIS),
)
WEEKS_AFTER_WEEKDAY: Phrases[int] = Phrases(
    dict.fromkeys(("last week", "of last week", "da semana passada", "de la semana pasada"), -1),
    dict.fromkeys(("after next", "week after next", "of the week after next"), 2),
)


def _periods(nexts: Iterable[str], lasts: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(nexts, 1) | dict.fromkeys(lasts, -1)


WEEKS: Phrases[int] = Phrases(
    _periods(("next week", "the next week", "semana que vem", "na semana que vem"), ("last week", "semana passada")),
    _periods(("early next week", "next wk", "nxt week", "semana q vem", "inicio da semana que vem"), ("last wk",)),
    _periods(("comeco da semana que vem", "inicio da proxima semana", "beginning of next week"), ()),
    _periods(("start of next week", "a principios de la proxima semana", "la otra semana"), ()),
    _periods(("proxima semana", "na proxima semana", "a proxima semana"), ("na semana passada", "a semana passada")),
    _periods(("la proxima semana", "la semana que viene", "semana que viene"), ("la semana pasada", "semana pasada")),
    _periods(("la semana proxima", "semana proxima"), ("ultima semana", "la ultima semana")),
    dict.fromkeys(("week after next", "the week after next", "in two weeks time"), 2),
)
MONTHS_AWAY: Phrases[int] = Phrases(
    _periods(("next month", "mes que vem", "no mes que vem", "o mes que vem"), ("last month", "mes passado")),
    _periods(("proximo mes", "no proximo mes", "el proximo mes"), ("no mes passado", "el mes pasado", "mes pasado")),
    _periods(("el mes que viene", "mes que viene", "mes proximo"), ("o mes passado",)),
    _periods(("early next month", "start of next month", "beginning of next month", "mes q vem"), ()),
    _periods(("inicio do mes que vem", "comeco do mes que vem", "inicio do proximo mes"), ()),
    _periods(("a principios del mes que viene", "principios del mes que viene", "a principios del proximo mes"), ()),
    dict.fromkeys(("month after next", "the month after next"), 2),
)
QUARTERS_AWAY: Phrases[int] = Phrases(
    _periods(("next quarter", "proximo trimestre", "no proximo trimestre", "el proximo trimestre"), ("last quarter",)),
    _periods(("trimestre que vem", "trimestre que viene", "el trimestre que viene"), ("trimestre passado",)),
)
YEARS_AWAY: Phrases[int] = Phrases(
    _periods(("next year", "ano que vem", "no ano que vem", "proximo ano", "no proximo ano"), ("last year",)),
    _periods(("el ano que viene", "ano que viene", "el proximo ano"), ("ano passado", "el ano pasado", "ano pasado")),
)
WEEKENDS: Phrases[int] = Phrases(
    dict.fromkeys(("weekend", "this weekend", "the weekend", "fim de semana", "no fim de semana", "fds"), 0),
    dict.fromkeys(("final de semana", "no final de semana", "neste final de semana"), 0),
    dict.fromkeys(("este fim de semana", "neste fim de semana", "fin de semana", "el fin de semana", "finde"), 0),
    dict.fromkeys(("este fin de semana", "el finde", "este finde"), 0),
    _periods(("next weekend", "proximo fim de semana", "el proximo fin de semana"), ("last weekend",)),
    _periods(("fim de semana que vem", "el finde que viene"), ("fim de semana passado", "el fin de semana pasado")),
)
ENDS_OF_WEEK: Phrases[int] = Phrases(
    dict.fromkeys(("end of week", "end of the week", "eow", "end of this week", "fim da semana", "final da semana"), 0),
    dict.fromkeys(("no fim da semana", "no final da semana", "fin de la semana", "final de la semana"), 0),
    dict.fromkeys(("end of next week", "fim da semana que vem", "final da semana que vem"), 1),
    dict.fromkeys(("fim da proxima semana", "fin de la proxima semana", "fin de la semana que viene"), 1),
)
ENDS_OF_MONTH: Phrases[int] = Phrases(
    dict.fromkeys(("end of month", "end of the month", "eom", "month end", "end of this month", "fim do mes"), 0),
    dict.fromkeys(("final do mes", "fim de mes", "no fim do mes", "no final do mes", "fin de mes", "fin del mes"), 0),
    dict.fromkeys(("final de mes", "a fin de mes", "a final de mes", "a finales de mes", "final del mes"), 0),
    dict.fromkeys(("end of next month", "fim do mes que vem", "final do mes que vem", "fim do proximo mes"), 1),
    dict.fromkeys(("fin del mes que viene", "fin del proximo mes", "final del proximo mes"), 1),
)
ENDS_OF_QUARTER: Phrases[int] = Phrases(
    dict.fromkeys(("end of quarter", "end of the quarter", "eoq", "quarter end", "fim do trimestre"), 0),
    dict.fromkeys(("final do trimestre", "fin del trimestre", "fin de trimestre", "final del trimestre"), 0),
)
ENDS_OF_YEAR: Phrases[int] = Phrases(
    dict.fromkeys(("end of year", "end of the year", "eoy", "year end", "fim do ano", "final do ano", "fim de ano"), 0),
    dict.fromkeys(("fin de ano", "fin del ano", "final de ano", "a fin de ano", "final del ano"), 0),
)
ENDS_OF: Phrases[bool] = Phrases(
    dict.fromkeys(("end of", "the end of", "fim de", "final de", "fin de", "finales de", "a finales de"), True),
)
STARTS_OF: Phrases[bool] = Phrases(
    dict.fromkeys(("first week of", "the first week of", "primeira semana de", "na primeira semana de"), True),
    dict.fromkeys(("la primera semana de", "primera semana de", "primeira quinzena de", "primera quincena de"), True),
    dict.fromkeys(("beginning of", "start of", "early", "inicio de", "comeco de", "principios de"), True),
    dict.fromkeys(("a principios de", "no inicio de", "no comeco de", "comienzos de", "a comienzos de"), True),
)
MIDDLES_OF: Phrases[bool] = Phrases(
    dict.fromkeys(("mid", "middle of", "meados de", "em meados de", "mediados de", "a mediados de"), True),
)
SECOND_HALVES_OF: Phrases[bool] = Phrases(
    dict.fromkeys(("second half of", "the second half of", "segunda quinzena de", "segunda quincena de"), True),
)
OF_NEXT_MONTH: Phrases[int] = Phrases(
    dict.fromkeys(("of next month", "next month", "do mes que vem", "do proximo mes", "mes que vem"), 1),
    dict.fromkeys(("del mes que viene", "del proximo mes"), 1),
    dict.fromkeys(("of this month", "this month", "deste mes", "de este mes", "desse mes"), 0),
)
QUARTERS: Phrases[int] = Phrases(
    {f"{letter} {number}": number for letter in ("q", "t") for number in range(1, 5)},
    {"primeiro trimestre": 1, "segundo trimestre": 2, "terceiro trimestre": 3, "quarto trimestre": 4},
    {"primer trimestre": 1, "tercer trimestre": 3, "cuarto trimestre": 4},
    {"first quarter": 1, "second quarter": 2, "third quarter": 3, "fourth quarter": 4},
)

DAY_OF_MONTH: Phrases[bool] = Phrases(
    dict.fromkeys(("day", "dia", "the", "el", "el dia", "o dia", "el proximo", "proximo dia", "o proximo dia"), True),
    dict.fromkeys(("no proximo dia", "el proximo dia"), True),
)
# Days with a name of their own: month and day.
FIXED_DAYS: Phrases[tuple[int, int]] = Phrases(
    dict.fromkeys(("christmas", "christmas day", "xmas", "natal", "dia de natal", "no natal", "navidad"), (12, 25)),
    dict.fromkeys(("christmas eve", "vespera de natal", "nochebuena"), (12, 24)),
    dict.fromkeys(("new year", "new years", "new year ' s day", "new year ' s", "ano novo", "ano nuevo"), (1, 1)),
    dict.fromkeys(("new year ' s eve", "new years eve", "vespera de ano novo", "reveillon", "nochevieja"), (12, 31)),
)
SURE_DAY_OF_MONTH: frozenset[str] = frozenset({"dia"})
ORDINALS: frozenset[str] = frozenset({"st", "nd", "rd", "th", "o", "a", "ro", "do", "er", "º", "ª", "°"})
ORDINAL_WORDS: dict[str, int] = {"first": 1, "primeiro": 1, "primero": 1}
OF: tuple[str, ...] = ("de", "of", "do", "del")

# May stand before a date. The first set settles a doubtful one ("on may 5"), the second says nothing.
STRONG_LEADS: Phrases[bool] = Phrases(
    dict.fromkeys(("on", "by", "until", "till", "ate", "hasta", "ate o", "hasta el"), True),
    dict.fromkeys(("para el", "a partir de", "starting"), True),
)
WEAK_LEADS: Phrases[bool] = Phrases(
    dict.fromkeys(("em", "en", "el", "in", "na", "para", "pra", "pro", "para a", "para o"), True)
)
# Portuguese "in the"; English "no" before "friday" is a word.
CONTRACTED_LEAD = "no"
AFTER_CONTRACTED: frozenset[str] = frozenset(
    {"dia", "sabado", "domingo", "proximo", "ultimo", "fim", "final", "mes", "ano", "inicio"},
)
MARKED_LEADS: Phrases[bool] = Phrases(dict.fromkeys(("for", "from", "desde"), True))
# Asked: the day itself, or the working day before it?
BEFORE: Phrases[bool] = Phrases(
    dict.fromkeys(("before", "antes de", "antes do", "antes da", "antes del", "antes de la", "before the"), True),
)
BETWEEN_HOUR_AND_DAY: frozenset[str] = frozenset(
    {"on", "de", "da", "do", "del", "na", "no", "en", "em", "el", "of", ","}
)

EVERY: Phrases[int] = Phrases(
    dict.fromkeys(("every", "each", "toda", "todo", "todas as", "todos os", "todas", "todos", "a cada"), 1),
    dict.fromkeys(("cada", "todos los", "todas las", "cada uno de los"), 1),
    dict.fromkeys(("every other", "every second", "cada dos", "dia sim dia nao"), 2),
)
# A whole series by themselves.
MONDAY_TO_FRIDAY: Phrases[bool] = Phrases(
    dict.fromkeys(("monday to friday", "monday through friday", "mon to fri", "mon fri", "monday friday"), True),
    dict.fromkeys(("de segunda a sexta", "segunda a sexta", "de seg a sex", "seg a sex", "seg sex"), True),
    dict.fromkeys(("de lunes a viernes", "lunes a viernes", "lun a vie", "de lun a vie"), True),
)
PARTS_OF_EVERY_DAY: Phrases[int] = Phrases(
    dict.fromkeys(("morning", "manha", "manhas", "manana", "mananas"), MORNING),
    dict.fromkeys(("afternoon", "tarde", "tardes"), AFTERNOON),
    dict.fromkeys(("evening", "night", "noite", "noites", "noche", "noches"), EVENING),
)
OF_EVERY_MONTH: Phrases[bool] = Phrases(
    dict.fromkeys(("of every month", "of each month", "de cada mes", "de todo mes", "every month", "cada mes"), True),
    dict.fromkeys(("de todos os meses", "de todos los meses", "todo mes"), True),
)
WORKING_DAYS: Phrases[bool] = Phrases(
    dict.fromkeys(("weekday", "weekdays", "business day", "working day", "workday", "workdays", "dia util"), True),
    dict.fromkeys(("dias uteis", "dia habil", "dias habiles", "dia laborable", "dias laborables"), True),
)
ADVERBS: Phrases[str] = Phrases(
    dict.fromkeys(("daily", "diariamente", "once a day", "uma vez por dia", "una vez al dia"), DAY),
    dict.fromkeys(("weekly", "semanalmente", "semanal", "once a week", "uma vez por semana"), WEEK),
    dict.fromkeys(("una vez por semana", "una vez a la semana"), WEEK),
    dict.fromkeys(("monthly", "mensalmente", "mensualmente", "mensal", "mensual", "once a month"), MONTH),
    dict.fromkeys(("uma vez por mes", "una vez por mes", "una vez al mes", "uma vez ao mes"), MONTH),
    dict.fromkeys(("yearly", "annually", "anualmente"), YEAR),
)
TWICE_AS_RARE: Phrases[str] = Phrases(
    dict.fromkeys(("biweekly", "fortnightly", "quinzenalmente", "quincenalmente"), WEEK),
)
QUARTER_WORDS: frozenset[str] = frozenset({"quarter", "trimestre", "quarters", "trimestres"})
LAST_DAY: Phrases[int] = Phrases(
    dict.fromkeys(("last day of the month", "last day", "ultimo dia do mes", "ultimo dia del mes", "ultimo dia"), -1),
    dict.fromkeys(("end of month", "end of the month", "month end", "fim de mes", "fim do mes", "fin de mes"), -1),
    dict.fromkeys(("beginning of month", "start of month", "inicio de mes", "inicio do mes", "principio de mes"), 1),
)
NTH: Phrases[int] = Phrases(
    dict.fromkeys(("first", "1 st", "primeira", "primeiro", "primer", "primera"), 1),
    dict.fromkeys(("second", "2 nd", "segunda", "segundo"), 2),
    dict.fromkeys(("third", "3 rd", "terceira", "terceiro", "tercer", "tercera"), 3),
    dict.fromkeys(("fourth", "4 th", "quarta", "quarto", "cuarto"), 4),
    dict.fromkeys(("last", "ultima", "ultimo"), -1),
)
# What names no day: asked, with days to offer.
FEW_DAYS: Phrases[bool] = Phrases(
    dict.fromkeys(("in a few days", "a few days", "in some days", "em alguns dias", "daqui a alguns dias"), True),
    dict.fromkeys(
        ("daqui uns dias", "daqui a uns dias", "en unos dias", "en algunos dias", "dentro de unos dias"), True
    ),
)
THIS_WEEK: Phrases[bool] = Phrases(
    dict.fromkeys(
        ("this week", "later this week", "esta semana", "nesta semana", "essa semana", "ainda esta semana"), True
    ),
)
LATER: Phrases[bool] = Phrases(
    dict.fromkeys(("later", "later on", "in a while", "in a bit", "mais tarde", "daqui a pouco", "mas tarde"), True),
    dict.fromkeys(
        ("en un rato", "al rato", "en un ratito", "in a few hours", "em algumas horas", "en unas horas"), True
    ),
)
ON_DAY: Phrases[bool] = Phrases(
    dict.fromkeys(("on", "on the", "on day", "dia", "no dia", "el", "el dia", "the", "em", "on the day"), True)
)
STARTING: Phrases[bool] = Phrases(dict.fromkeys(("from", "starting", "a partir de", "desde", "starting on"), True))
