"""All tables of the store. Times are ISO 8601 text in UTC, so that they sort the same in every database."""

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
]
