"""GET /places: public, since the names of communes are nobody's secret."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from motcua.places import queries

router = Router(tags=["places"])


class PlaceOut(Schema):
    code: str = Field(examples=["17170"])
    name: str = Field(examples=["Xã Quỳnh Sơn"])
    type: str = Field(examples=["xa"])
    province_code: str = Field(examples=["40"])

    @classmethod
    def of(cls, place: queries.CommuneAsOf) -> PlaceOut:
        return cls(code=place.code, name=place.full_name, type=place.type, province_code=place.province_code)


@router.get("/places", auth=None, response=list[PlaceOut], summary="Tìm xã, phường, đặc khu")
def find_places(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description="tên, có dấu hoặc không")] = "",
    province: Annotated[str | None, Query(pattern=r"^[0-9]{2}$", description="mã tỉnh, ví dụ 40")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[PlaceOut]:
    """Communes that `q` may mean, best first; without `q`, all communes of `province` in alphabetical order."""
    if q.strip():
        return [PlaceOut.of(place) for place in queries.find(q, province, limit)]
    return [PlaceOut.of(place) for place in queries.communes_of(province)] if province else []
