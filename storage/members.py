"""The people of the company: who they are on each platform, and the codes with which they join."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from storage.keys import fold
from storage.models import Identity, Invite, Member, Stranger

INVITE_LIFE = timedelta(days=7)
LINK_LIFE = timedelta(minutes=10)
REFUSAL_EVERY = timedelta(hours=24)
SEEN_EVERY = timedelta(minutes=1)
TRIES_PER_HOUR = 10
ROLES = ("admin", "manager", "rep", "viewer")
# No letter that is easily taken for another: the code is read aloud and typed on a phone.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def create(session: Session, *, name: str, role: str, language: str, zone: str, now: datetime) -> Member:
    """Add a member; the name must be free."""
    member = Member(
        name=name, name_key=fold(name), role=role, language=language, zone=zone, created_at=now, quiet_days=[]
    )
    session.add(member)
    session.flush()
    return member


def named(session: Session, name: str) -> Member | None:
    return session.scalar(sa.select(Member).where(Member.name_key == fold(name)))


def names(session: Session) -> list[str]:
    """Return the names of the active members, in order."""
    return list(session.scalars(sa.select(Member.name).where(Member.is_active).order_by(Member.name_key)))


def get(session: Session, member_id: int) -> Member:
    return session.get_one(Member, member_id)


def keys(session: Session) -> Mapping[str, int]:
    """Return every folded full name, and every first name that only one member bears, with the member's id."""
    found: dict[str, int] = {}
    first: dict[str, list[int]] = {}
    for member_id, key in session.execute(sa.select(Member.id, Member.name_key).where(Member.is_active)):
        found[key] = member_id
        first.setdefault(key.partition(" ")[0], []).append(member_id)
    return {name: ids[0] for name, ids in first.items() if len(ids) == 1} | found


def identify(session: Session, platform: str, account: str, user: str) -> tuple[Member, Identity, datetime] | None:
    """Return the member behind an account, the account, and when they were last seen anywhere; None for a stranger."""
    elsewhere = aliased(Identity)
    newest = sa.select(sa.func.max(elsewhere.last_seen_at)).where(elsewhere.member_id == Member.id)
    query = (
        sa.select(Member, Identity, newest.correlate(Member).scalar_subquery())
        .join(Identity, Identity.member_id == Member.id)
        .where(Identity.platform == platform, Identity.account == account, Identity.user == user, Member.is_active)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def seen(identity: Identity, newest: datetime, at: datetime) -> bool:
    """Remember where this person was last; True if it was remembered.

    At most once a minute, for it is a write; but at once when they were somewhere else since (`newest`).
    """
    if at - identity.last_seen_at < SEEN_EVERY and newest <= identity.last_seen_at:
        return False
    identity.last_seen_at = at
    return True


def link(
    session: Session, member: Member, platform: str, account: str, user: str, chat: str, now: datetime
) -> Identity:
    """Make an account on a platform this member's; whoever had it before has it no more."""
    query = sa.select(Identity).where(Identity.platform == platform, Identity.account == account, Identity.user == user)
    identity = session.scalar(query)
    if identity is None:
        identity = Identity(platform=platform, account=account, user=user, created_at=now)
        session.add(identity)
    identity.member_id, identity.chat, identity.last_seen_at = member.id, chat, now
    session.flush()
    return identity


def platforms(session: Session, member_id: int) -> list[str]:
    """Return where a member can be reached."""
    query = sa.select(Identity.platform).where(Identity.member_id == member_id).distinct()
    return sorted(session.scalars(query))


def has_identity(session: Session, member_id: int) -> bool:
    """Tell whether the member was ever reached anywhere but in the terminal of this machine."""
    query = sa.select(Identity.id).where(Identity.member_id == member_id, Identity.platform != "console").limit(1)
    return session.scalar(query) is not None


# Codes -----------------------------------------------------------------------------------------------------------


def _hash(code: str) -> str:
    return hashlib.sha256("".join(code.upper().split()).replace("-", "").encode()).hexdigest()


def invite(session: Session, member: Member, now: datetime, *, life: timedelta = INVITE_LIFE) -> str:
    """Return a new single-use code with which somebody joins as this member; only its hash is kept."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    session.add(Invite(member_id=member.id, code_hash=_hash(code), expires_at=now + life, created_at=now))
    session.flush()
    return f"{code[:5]}-{code[5:]}"


def redeem(session: Session, code: str, now: datetime) -> Member | None:
    """Use up a code; None if there is no such code, or it was used, or it is too old."""
    query = sa.select(Invite).where(Invite.code_hash == _hash(code), Invite.used_at.is_(None)).with_for_update()
    found = session.scalar(query)
    if found is None or found.expires_at < now:
        return None
    found.used_at = now
    return session.get_one(Member, found.member_id)


# Strangers --------------------------------------------------------------------------------------------------------


def stranger(session: Session, platform: str, account: str, user: str) -> Stranger:
    query = sa.select(Stranger).where(Stranger.platform == platform, Stranger.account == account, Stranger.user == user)
    found = session.scalar(query)
    if found is None:
        found = Stranger(platform=platform, account=account, user=user, tries=0)
        session.add(found)
        session.flush()
    return found


def may_refuse(stranger: Stranger, now: datetime) -> bool:
    """Tell whether a stranger is due their one refusal a day, and note that they had it."""
    if stranger.refused_at is not None and now - stranger.refused_at < REFUSAL_EVERY:
        return False
    stranger.refused_at = now
    return True


def may_try(stranger: Stranger, now: datetime) -> bool:
    """Count one more code tried by a stranger; False when they guess too often."""
    if stranger.tries_since is None or now - stranger.tries_since >= timedelta(hours=1):
        stranger.tries_since, stranger.tries = now, 0
    stranger.tries += 1
    return stranger.tries <= TRIES_PER_HOUR
