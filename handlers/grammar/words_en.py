"""The English words of the line; spelled as people write them, folded when the tables are built."""

from typing import Final

LANGUAGE: Final = "en"

# What happened: the verb alone makes it a log.
PAST: Final = {
    "meeting": "met, met up, had a meeting, had meeting, had lunch, had coffee, had a coffee, had dinner, sat down",
    "call": """called, called back, cold called, cold-called, phoned, rang, talked, spoke, chatted, had a call,
        had call, had a chat, got a call, got off the phone, was on the phone""",
    "email": """emailed, e-mailed, mailed, wrote, sent an email, sent email, sent an e-mail, sent a mail, sent
        mail, got an email, received an email""",
    "visit": "visited, dropped by, stopped by, went to see",
    "demo": "demoed, demo'd, did a demo, did demo, gave a demo, had a demo, ran a demo, presented",
    "message": """texted, messaged, whatsapped, whatsapp'd, dmed, dm'd, pinged, sent a text, sent a message,
        sent message, sent a dm, sent a whatsapp""",
    "note": "noted",
}
# Nouns and infinitives: a log when something follows, a plan when a future date does.
PLAN: Final = {
    "meeting": """meeting, meet, lunch with, coffee with, dinner with, breakfast with, lunch w/, coffee w/,
        lunch w, coffee w""",
    "call": "call, call back, callback, phone call, phone, video call, talk to, talk with, speak to, speak with",
    "email": "email, e-mail, mail",
    "visit": "visit",
    "demo": "demo",
    "message": "message, text, whatsapp, sms, dm",
    "note": "note, notes",
    "follow-up": "follow up, follow-up, followup, check in, check back, get back, circle back",
}
# Nobody was reached: a kind and an attempt in one.
TRIED: Final = {
    "call": """tried calling, tried to call, tried to reach, tried reaching, missed call, left voicemail, left a
        voicemail, left vm, left a vm, left message, left a message, left msg, voicemail for, voicemail to, vm
        for, no answer from""",
}
HAD: Final = "had, did, gave, got, received, finished, just finished"
HAD_WHICH: Final = "a, an, the, another, our, my"

SENT: Final = "sent"
SEND: Final = "send"
SENT_TO: Final = "to"
SENT_TO_LAST: Final = ""  # words that are also something else: tried when the others are not there

# Said before the kind, and nothing more.
OPENERS: Final = "i, we, just, i just, we just, i have, we have, i've, we've, i've just, have just, finally, also"
PLAN_OPENERS: Final = """to, need to, needs to, i need to, we need to, have to, i have to, must, i must, should,
    i should, gotta, got to, i will, will, i'll, going to, gonna, i'm going to, schedule, schedule a, scheduled,
    scheduled a, set up, set up a, book, book a, booked, booked a, arrange, arrange a"""
AFTER_OPENERS: Final = ""  # before an infinitive these make it a log: "acabei de ligar"
# Skipped between the kind and the name.
FILLERS: Final = """w/, w, by phone, over the phone, on the phone, on zoom, via zoom, over zoom, with, to, from,
    for, by, just, on, about, re, of, and"""
ARTICLES: Final = ""
# Says which meeting it was: kept for the note, and no name.
WHICH: Final = """quick, short, long, great, good, nice, brief, weekly, monthly, kickoff, intro, discovery,
    online, virtual, remote, final, initial, second, third, product, sales, technical"""
PLACES: Final = "at"

JOINS: Final = "and, with"
WITH: Final = "with"  # before a thing it begins the note
COMPANY_JOINS: Final = "from, at, of, @"
COMPANY_JOINS_IF_KNOWN: Final = "in"
PARTICLES: Final = "van, von, der, den, ten, ter, bin, ibn, al, af, av, zu"
HONORIFICS: Final = "mr, mrs, ms, miss, mx, dr, prof, sir, rev, eng, st, jr, sr"

ATTEMPTS: Final = """no answer, no reply, no response, didn't answer, did not answer, didn't pick up, did not
    pick up, no pick up, no pickup, not answering, won't pick up, voicemail, voice mail, left voicemail, left a
    voicemail, left message, left a message, left msg, left vm, left a vm, vm, went to voicemail, line busy,
    line was busy, busy, unreachable, could not reach, couldn't reach, no show, no-show, noshow, didn't show up,
    did not show up, rang out, hung up, nobody home, nobody there, no one there"""
# What may stand before "no answer" in its clause.
ATTEMPT_LEADS: Final = """but, and, got, still, again, he, she, they, it, just, went, straight, to, twice, once,
    2x, 3x, x2, x3, another, times, only, sorry, was, there, his, her, their, reached"""
# After it, these make it prose: "no answer on pricing yet", "busy until Friday".
ATTEMPT_DENIED: Final = "on, about, to, for, of, regarding, re, until, till, from, is, was, as, with, but"

# Words that no name starts with; in small letters they end one.
FUNCTION_WORDS: Final = """
client customer prospect lead team boss everyone everybody guys folks people someone somebody i you he she it
we they me him us them my your his her our their its who whom which that this these those there here what why
how when where while after before since until till because but so if then also not no yes maybe please pls plz
thanks thank ok okay great good nice super cool fine awesome bad sorry hi hello hey again twice once still
just already only even very really quite too the a an to of in on at as by for with about into over re
regarding per via or nor and is are was were be been being am has have had do does did done can could will
would shall should may might must wants want wanted wanting needs need needed asks ask asked asking says say
said tells told likes like liked loves love loved hates thinks thought feels felt seems seemed looks looked
gets got gave gives takes took makes made keeps kept goes went comes came sees saw knows knew signed signs
confirmed confirms agreed agrees accepted rejected refused promised bought buys buying sold pays paid sent
sends send called calls calling replied replies answered answers asap discussed discussing reviewed reviewing
talked talking mentioned explained requested interested happy unhappy ready busy sick away out back available
left leaving moved moves moving starts started starting waiting waits wait follow prefers preferred decided
decides declined cancelled canceled postponed rescheduled complained tried trying price pricing quote proposal
contract budget deal offer order invoice discount update news everything all both let let's lets going stuff
things something nothing voicemail number new old first last next no answer fyi btw asap tbd regards best
cheers
"""

# Before "of", "at" and a company: "Paul Smith, CEO of Umbrella".
JOB_TITLES: Final = """
ceo cto cfo coo cmo cio cro chro vp svp evp md gm president vice-president director manager head buyer founder
co-founder cofounder owner co-owner partner chairman chairwoman chair principal supervisor purchasing
procurement
"""

COMPANY_MARKERS: Final = """
inc incorporated corp corporation co company ltd limited llc llp plc gmbh ag kg bv nv ab oy as pty sarl spa
srl group sons brothers bros industries industry enterprises enterprise holdings holding partners associates
ventures solutions technologies technology tech software systems services consulting consultants logistics
transport motors foods bakery restaurant cafe coffee hotel hospital clinic pharmacy school college university
bank supermarket market store stores shop studio studios labs laboratories agency media works energy airlines
insurance foundation institute brewery farm farms dental architects engineering construction builders realty
properties pizzeria gym
"""

REMIND: Final = "remind me, remind us, set a reminder, set reminder"
REMIND_BARE: Final = "remind, reminder"
REMIND_LINKS: Final = "to, that, of"
VALUE: Final = "value, worth"
STAGE: Final = "stage"
TAG: Final = "tag"
DEAL: Final = "deal"
TOTAL_BEFORE: Final = ""  # leads to a total where a stage stands beside it
UNIT_BEFORE: Final = "at, a"
UNIT_AFTER: Final = (
    "each, per, apiece, ea, monthly, yearly, a month, a year, a week, a day, an hour, a piece, a seat, a user"
)

SIGNATURES: Final = """best regards, kind regards, regards, warm regards, best wishes, sincerely, cheers, sent
    from my, get outlook for, all the best, yours"""
QUOTE_HEADERS: Final = "from:, sent:, -----original message, ---------- forwarded message, begin forwarded message"
WROTE: Final = "wrote:"

# How a plan and a log of today are typed, for the two ways to mend "met Ana tomorrow".
PLAN_WORDS: Final = {
    "meeting": "meeting",
    "call": "call",
    "email": "email",
    "visit": "visit",
    "demo": "demo",
    "message": "message",
    "note": "note",
}
TODAY: Final = "today"

# What a misspelt date is compared with.
DATE_WORDS: Final = """
monday tuesday wednesday thursday friday saturday sunday tomorrow tonight today january february march april
august september october november december
"""
