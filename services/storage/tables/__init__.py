"""All tables of the store. Times are ISO 8601 text in UTC, so that they sort the same in every database.

A table is mapped when its row is first asked for, with those that it points to: a short command maps few.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from geopolity.exports import lazily

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from services.storage.tables.base import SHAPE, Table
    from services.storage.tables.concerns import ConcernRow, ConcernStepRow, ConcernSupportRow
    from services.storage.tables.docket import (
        BallotRow,
        HeardRow,
        LawRow,
        MatterRow,
        PetitionAuthorRow,
        RecusalRow,
        VoteRow,
        VoterRow,
    )
    from services.storage.tables.jobs import JobRow, OnceRow
    from services.storage.tables.layers import CrosswalkRow, LayerRow, UnitRow
    from services.storage.tables.notices import FollowingRow, InvitationsRow, MailAddressRow, NoticeRow
    from services.storage.tables.offices import (
        AlternateRow,
        EpochRow,
        EpochTableRow,
        ExcuseRequestRow,
        LeavingRow,
        RollRow,
        SeatRow,
        SessionRow,
        SummonsRow,
    )
    from services.storage.tables.people import CitizenRow, ConsentRow, CredentialRow, DeferralRow
    from services.storage.tables.places import AddressFileRow, PostcodeRow, StreetRow, StreetWordRow
    from services.storage.tables.polities import MemberRow, ObjectionRow, PolityFileRow, PolityRow
    from services.storage.tables.publiclog import CheckpointRow, CosignatureRow, LogKeyRow, LogRow, WitnessRow
    from services.storage.tables.sealed import KeyMessageRow, SealedBallotRow, TrusteeRow, VoteKeyRow
    from services.storage.tables.service_replies import RepliedRow, ReplyRow
    from services.storage.tables.sign_in import (
        ApiKeyRow,
        KnownAsRow,
        LinkedCitizenRow,
        LinkedSeatRow,
        PersonalActRow,
        RegistrationRow,
        SignInRow,
    )

HOMES = {
    "AddressFileRow": "places",
    "AlternateRow": "offices",
    "ApiKeyRow": "sign_in",
    "BallotRow": "docket",
    "CheckpointRow": "publiclog",
    "CitizenRow": "people",
    "ConcernRow": "concerns",
    "ConcernStepRow": "concerns",
    "ConcernSupportRow": "concerns",
    "ConsentRow": "people",
    "CosignatureRow": "publiclog",
    "CredentialRow": "people",
    "CrosswalkRow": "layers",
    "DeferralRow": "people",
    "EpochRow": "offices",
    "EpochTableRow": "offices",
    "ExcuseRequestRow": "offices",
    "FollowingRow": "notices",
    "HeardRow": "docket",
    "InvitationsRow": "notices",
    "JobRow": "jobs",
    "KeyMessageRow": "sealed",
    "KnownAsRow": "sign_in",
    "LawRow": "docket",
    "LayerRow": "layers",
    "LeavingRow": "offices",
    "LinkedCitizenRow": "sign_in",
    "LinkedSeatRow": "sign_in",
    "LogKeyRow": "publiclog",
    "LogRow": "publiclog",
    "MailAddressRow": "notices",
    "MatterRow": "docket",
    "MemberRow": "polities",
    "NoticeRow": "notices",
    "ObjectionRow": "polities",
    "OnceRow": "jobs",
    "PersonalActRow": "sign_in",
    "PetitionAuthorRow": "docket",
    "PolityFileRow": "polities",
    "PolityRow": "polities",
    "PostcodeRow": "places",
    "RecusalRow": "docket",
    "RegistrationRow": "sign_in",
    "RepliedRow": "service_replies",
    "ReplyRow": "service_replies",
    "RollRow": "offices",
    "SHAPE": "base",
    "SealedBallotRow": "sealed",
    "SeatRow": "offices",
    "SessionRow": "offices",
    "SignInRow": "sign_in",
    "StreetRow": "places",
    "StreetWordRow": "places",
    "SummonsRow": "offices",
    "Table": "base",
    "TrusteeRow": "sealed",
    "UnitRow": "layers",
    "VoteKeyRow": "sealed",
    "VoteRow": "docket",
    "VoterRow": "docket",
    "WitnessRow": "publiclog",
}
"""Which module each row is in."""

__all__ = [
    "SHAPE",
    "AddressFileRow",
    "AlternateRow",
    "ApiKeyRow",
    "BallotRow",
    "CheckpointRow",
    "CitizenRow",
    "ConcernRow",
    "ConcernStepRow",
    "ConcernSupportRow",
    "ConsentRow",
    "CosignatureRow",
    "CredentialRow",
    "CrosswalkRow",
    "DeferralRow",
    "EpochRow",
    "EpochTableRow",
    "ExcuseRequestRow",
    "FollowingRow",
    "HeardRow",
    "InvitationsRow",
    "JobRow",
    "KeyMessageRow",
    "KnownAsRow",
    "LawRow",
    "LayerRow",
    "LeavingRow",
    "LinkedCitizenRow",
    "LinkedSeatRow",
    "LogKeyRow",
    "LogRow",
    "MailAddressRow",
    "MatterRow",
    "MemberRow",
    "NoticeRow",
    "ObjectionRow",
    "OnceRow",
    "PersonalActRow",
    "PetitionAuthorRow",
    "PolityFileRow",
    "PolityRow",
    "PostcodeRow",
    "RecusalRow",
    "RegistrationRow",
    "RepliedRow",
    "ReplyRow",
    "RollRow",
    "SealedBallotRow",
    "SeatRow",
    "SessionRow",
    "SignInRow",
    "StreetRow",
    "StreetWordRow",
    "SummonsRow",
    "Table",
    "TrusteeRow",
    "UnitRow",
    "VoteKeyRow",
    "VoteRow",
    "VoterRow",
    "WitnessRow",
    "all_tables",
]

__getattr__ = lazily(__name__, HOMES)


def all_tables() -> MetaData:
    """Every table of the store, all of them mapped."""
    for name in sorted(set(HOMES.values())):
        import_module(f"{__name__}.{name}")
    found: MetaData = import_module(f"{__name__}.base").Table.metadata
    return found
