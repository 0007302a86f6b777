"""GET /places and /places/convert: public, since the names of communes are nobody's secret."""

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
    matched: str | None = Field(None, description="tên cũ đã khớp; không có khi khớp với tên hiện nay")

    @classmethod
    def of(cls, place: queries.CommuneAsOf, matched: str = "") -> PlaceOut:
        return cls(
            code=place.code,
            name=place.full_name,
            type=place.type,
            province_code=place.province_code,
            matched=matched or None,
        )


class CandidateOut(Schema):
    code: str = Field(examples=["09022"])
    name: str = Field(examples=["Xã Mê Linh"])
    province_code: str = Field(examples=["01"])

    @classmethod
    def of(cls, place: queries.CommuneAsOf) -> CandidateOut:
        return cls(code=place.code, name=place.full_name, province_code=place.province_code)


class UnderstoodOut(Schema):
    how: queries.How = Field(
        examples=["old"], description="today: nay; old: đến 30/6/2025; given_up: trước đó; district: cả huyện cũ"
    )
    code: str = Field(examples=["09802"])
    name: str = Field(examples=["Xã Liên Hà, Huyện Đan Phượng, Thành phố Hà Nội"])
    split: bool
    communes: list[str] = Field(examples=[["09022", "09817"]])


class ConversionOut(Schema):
    split: bool = Field(description="xã, phường cũ đã chia cho nhiều xã, phường mới")
    candidates: list[CandidateOut]
    understood: list[UnderstoodOut]
    also: list[CandidateOut] = Field(description="nếu đó là địa chỉ cũ thiếu tên huyện")

    @classmethod
    def of(cls, conversion: queries.Conversion) -> ConversionOut:
        return cls(
            split=conversion.split,
            candidates=[CandidateOut.of(place) for place in conversion.candidates],
            understood=[
                UnderstoodOut(how=u.how, code=u.code, name=u.full_name, split=u.split, communes=list(u.communes))
                for u in conversion.understood
            ],
            also=[CandidateOut.of(place) for place in conversion.also],
        )


@router.get(
    "/places", auth=None, response=list[PlaceOut], exclude_none=True, summary="Tìm xã, phường, đặc khu, cả theo tên cũ"
)
def find_places(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description="tên, có dấu hoặc không")] = "",
    province: Annotated[str | None, Query(pattern=r"^[0-9]{2}$", description="mã tỉnh, ví dụ 40")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> list[PlaceOut]:
    """Communes that `q` may mean, best first; without `q`, all communes of `province` in alphabetical order."""
    if q.strip():
        return [PlaceOut.of(f.commune, f.matched) for f in queries.find_by_any_name(q, province, limit)]
    return [PlaceOut.of(place) for place in queries.communes_of(province)] if province else []


@router.get("/places/convert", auth=None, response=ConversionOut, summary="Đổi địa chỉ cũ sang xã, phường hiện nay")
def convert_address(
    request: HttpRequest,
    address: Annotated[str, Query(max_length=queries.LONGEST_ADDRESS, description="địa chỉ cũ hoặc mới")],
) -> ConversionOut:
    """The communes that an address of before 01/07/2025 lies in today; several when nobody can tell from the address."""
    return ConversionOut.of(queries.convert(address))
