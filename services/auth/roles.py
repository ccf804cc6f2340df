"""Roles, and the person or program behind a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geopolity.errors import RequestError


class Role(StrEnum):
    """What somebody may do; everybody is the public as well."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    DELEGATE = "delegate"
    CLERK = "clerk"
    CIVIL_SERVANT = "civil servant"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


OFFICES = frozenset({Role.CLERK, Role.CIVIL_SERVANT, Role.ANALYST})
"""Offices that an administrator holds as well. A citizen's and a delegate's acts stay their own."""


PERSONAL = frozenset({Role.CITIZEN, Role.DELEGATE})
"""Roles of people for themselves, which no program and no office has."""


class RoleError(RequestError):
    """There is no role of that name."""

    code = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking.

    Attributes
    ----------
    name
        What the store keeps as the author of an act. A delegate's is their pseudonym, a citizen's their random id.
    roles
        What they were given; see ``may`` for what follows from it.
    program
        Whether an API key speaks, and no browser.
    account
        Hash of the linked account that began the session, if one did.
    guest_of
        Whoever made the link that began the session, or was the first to let that one in.
    """

    name: str
    roles: frozenset[Role]
    program: bool = False
    account: str | None = None
    guest_of: str | None = None

    @property
    def hand(self) -> str:
        """By whose hand they are here: the administrator's who made their link, or else their own."""
        return self.guest_of or self.name

    @property
    def known_as(self) -> str:
        """Who they are beside others of that name: a program, and whom somebody let in, are nobody else of the name."""
        if self.program:
            return f"program {self.name}"
        return self.name if self.guest_of is None else f"{self.name}, let in by {self.guest_of}"

    def is_self(self, name: str) -> bool:
        """Whether they are the citizen or delegate of that name; no office and no program is, whatever its name."""
        return self.name == name and bool(self.roles & PERSONAL) and not self.program

    @property
    def sees_only(self) -> str | None:
        """Whose orders they see: their own; ``None`` for an administrator, who sees all."""
        return None if Role.ADMINISTRATOR in self.roles else self.name

    def may(self, role: Role) -> bool:
        """Whether they may act in a role."""
        if role is Role.PUBLIC or role in self.roles:
            return True
        return Role.ADMINISTRATOR in self.roles and role in OFFICES

    @property
    def is_public(self) -> bool:
        """Whether nobody signed in."""
        return not self.roles


NOBODY = Principal(name="public", roles=frozenset())


def read_roles(words: str) -> frozenset[Role]:
    """Read roles from text such as ``clerk,analyst``."""
    try:
        return frozenset(Role(word.strip().replace("_", " ")) for word in words.split(",") if word.strip())
    except ValueError as error:
        raise RoleError(
            "{words:quoted} names no role; the roles are {roles:role}.",
            words=words,
            roles=list(Role),
        ) from error


def written(roles: frozenset[Role]) -> str:
    """Write roles as the store keeps them."""
    return ",".join(sorted(roles))
