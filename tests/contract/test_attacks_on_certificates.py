"""How a prover who has all files of a folder deceived its readers, by the name of the attack; on SQLite and PostGIS."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from services.auth.roles import Role
from services.cli import main
from services.demo import cut_short
from services.derivation.audit.evidence import VerificationFailed
from services.derivation.audit.recorded import in_exported_log, in_own_record
from services.jobs.queue import folder_of_job
from services.jobs.working import work_off
from services.polities.lifecycle import activate_polity, draft_polity, propose_polity
from services.publiclog.export import export_log, lines_of
from services.publiclog.keys import change_key
from services.storage.tables import LogRow, PolityRow
from services.verification import UnknownFolderError, verify
from tests.contract.test_log_keys import hexed
from tests.contract.town_service import ASKED
from tests.unit.region.proof_folder import rewritten
from tests.unit.services.test_verify_folder import claim, properties, sealed


@pytest.fixture
def derived(service, opened, tmp_path):
    job = service.client(Role.ANALYST).post("/api/v1/derivations", json=ASKED).json()
    work_off(opened)
    return shutil.copytree(folder_of_job(job["id"], opened), tmp_path / "derived")


def _in_force(folder, store):
    propose_polity(str(folder), store, by="ann", days=14)
    cut_short.proposal("my-river", store)
    activate_polity("my-river", store, by="carl")


def _stripped(folder, to):
    """The folder as one of an early version, whose certificates answered for no files."""
    forged = shutil.copytree(folder, to)
    rewritten(forged / "certificate.json", lambda it: {key: value for key, value in it.items() if key != "files"})
    sealed(forged, bound=False)
    return forged


def test_a_certificate_whose_files_were_taken_away_is_not_the_one_in_force(derived, opened, tmp_path):
    """Today: it counts as an early folder, and names, people and outline may be anything."""
    _in_force(derived, opened)
    forged = _stripped(derived, tmp_path / "forged")
    assert "written by an early" in " ".join(map(str, verify(forged)))
    log = tmp_path / "log"
    export_log(log, opened)
    (told,) = [json.loads(line)["facts"] for line in lines_of(log) if b"polity activated" in line]
    assert len(told["certificate_sha256"]) == 64
    for recorded in (lambda it: in_own_record(it, opened), lambda it: in_exported_log(it, log)):
        assert "is the one with which version 1 of my-river" in str(list(verify(derived, recorded=recorded))[-1])
        with pytest.raises(VerificationFailed, match="not the one that was put into force"):
            list(verify(forged, recorded=recorded))


@pytest.mark.parametrize(
    "bend",
    [claim(gap=0.0, lower_bound=10**6), claim(coverage=0.51), properties(area_km2=1.0), properties(population=7)],
    ids=["bound", "coverage", "area", "people"],
)
def test_a_folder_that_verify_refuses_enters_no_store(bend, derived, opened):
    """A clerk bends a figure of a folder, seals it again and drafts it: the page would tell it."""
    bend(derived)
    sealed(derived)
    with pytest.raises(VerificationFailed) as refused:
        list(verify(derived))
    for enter in (
        lambda: draft_polity(derived, opened, by="carl"),
        lambda: propose_polity(str(derived), opened, by="carl", days=14),
    ):
        with pytest.raises(VerificationFailed, match=re.escape(str(refused.value))):
            enter()
    with opened.reading() as session:
        assert session.query(PolityRow).where(PolityRow.issue == "my-river").count() == 0


def test_a_boundary_that_was_never_put_into_force_is_not_in_the_log(derived, opened, tmp_path):
    export_log(tmp_path / "log", opened)
    with pytest.raises(VerificationFailed, match="never put into force"):
        list(in_exported_log(derived, tmp_path / "log"))
    assert list(in_own_record(derived, opened)) == []
    (tmp_path / "bundle.json").write_text("{}")
    with pytest.raises(UnknownFolderError, match="leave out"):
        verify(tmp_path, log=True)


def test_a_log_whose_key_was_lost_is_believed_by_who_gives_the_new_one(derived, opened, tmp_path, capsys):
    _in_force(derived, opened)
    export_log(tmp_path / "before", opened)
    old = hexed(opened)
    (opened.home / "keys" / "log.ed25519").unlink()
    new = change_key(opened, lost=True).public.hex()
    log = tmp_path / "log"
    export_log(log, opened)

    def said(*flags):
        with pytest.raises(SystemExit) as left:
            main(["verify", str(derived), *map(str, flags)])
        told = capsys.readouterr()
        return left.value.code or 0, told.out + told.err

    assert said("--log", log)[0] == 1
    status, told = said("--log", log, "--key", new)
    assert (status, "version 1 of my-river was put into force" in told) == (0, True), told
    assert said("--log", log, "--key", old)[0] == 1
    assert said("--log", log, "--key", "00" * 32)[0] == 1
    status, told = said("--key", new)
    assert (status, f"--key {new} is the key of a log that is named" in told) == (2, True)


def test_what_was_put_into_force_before_the_log_kept_certificates_is_said_to_be_so(derived, opened):
    _in_force(derived, opened)
    with opened.writing() as session:
        for row in session.query(LogRow):
            entry = json.loads(row.line)
            entry["facts"].pop("certificate_sha256", None)
            row.line = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert "before the log kept certificates" in str(list(in_own_record(derived, opened))[-1])
