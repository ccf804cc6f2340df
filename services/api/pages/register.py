"""Where somebody registers themselves, if the operator leaves proof of residence to the clerk."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Response
from pydantic import BaseModel, Field

from geopolity.errors import GeopolityError
from maps.pages.register import Kept, Typed, register_page
from services.api.pages.frame import PUBLIC, Visit, Visited
from services.api.principal import guarded_router
from services.api.problems import NotFound, status_of
from services.auth.registering import BY_CLERK, begin
from services.lookup.addresses import unknown_address
from services.storage.layers.census import find_layer
from services.views.citizenship import units_at

router = guarded_router(tags=["pages"], include_in_schema=False)


class Registering(BaseModel):
    """Where somebody lives, as they type it or choose it, and whether they are of age."""

    place: str = Field("", max_length=200)
    unit: str = Field("", max_length=60)
    of_age: str = Field("", max_length=10)


@router.get("/register", dependencies=PUBLIC)
def ask(visit: Visit) -> Response:
    """Ask where somebody lives."""
    _check_open(visit)
    return visit.page(register_page(visit.frame))


@router.post("/register", dependencies=PUBLIC, openapi_extra={"x-secret": True})
def register(visit: Visit, form: Annotated[Registering, Form()]) -> Response:
    """Register somebody until the office has seen proof; where the place may be several units, ask which."""
    _check_open(visit)
    typed = Typed(place=form.place, is_of_age=bool(form.of_age))
    try:
        units = [(form.unit, "")] if form.unit else _units(visit, form.place)
        if len(units) > 1:
            return visit.page(register_page(visit.frame, form=typed, units=units))
        begun = begin(units[0][0], visit.store, is_of_age=typed.is_of_age)
    except GeopolityError as error:
        html = register_page(visit.frame, form=typed, error=visit.said(error))
        return visit.page(html, status=status_of(error))
    root = str(visit.request.app.state.root) or visit.frame.root
    kept = Kept(code=begun.code, link=f"{root}/sign-in?token={begun.secret}")
    return visit.page(register_page(visit.frame, kept=kept))


def _units(visit: Visited, place: str) -> list[tuple[str, str]]:
    with visit.store.reading() as session:
        layer = find_layer(session).name
    found = units_at(place, layer, visit.store)
    if not found:
        with visit.store.reading() as session:
            raise unknown_address(session, place)
    return found


def _check_open(visit: Visited) -> None:
    if visit.frame.registers != BY_CLERK:
        raise NotFound("People do not register themselves here; ask the office for an invitation.")
