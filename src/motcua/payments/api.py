"""HTTP JSON of payments: what is due, collecting it, and the door at which the bank tells of transfers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.payments import queries, services, transfers
from motcua.worktime import clock

router = Router(tags=["payments"], auth=TokenAuth())
bank = Router(tags=["payments"], auth=None)

Code = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$")]
Text = Annotated[str, StringConstraints(max_length=200)]
Strict = ConfigDict(extra="forbid")


class ChargeOut(BaseModel):
    name: str
    amount: int
    full_amount: int
    explanation: str
    instrument: str
    exemption: str


class DueOut(BaseModel):
    code: str
    due: int
    charges: list[ChargeOut]
    vietqr: str | None
    """The payload of the QR code that pays it; null where the agency has no account or nothing is due."""


class PaymentIn(BaseModel):
    model_config = Strict

    code: Annotated[str, StringConstraints(max_length=64)]
    method: Literal["cash", "vietqr"]
    amount: Annotated[int, Field(strict=True, ge=1, lt=10**12)]
    payer: Text
    bank_reference: Annotated[str, StringConstraints(max_length=60)] = ""


class ReceiptOut(BaseModel):
    id: str
    code: str
    symbol: str
    number: int
    year: int
    amount: int
    in_words: str
    method: str
    payer: str
    issued_at: datetime
    day: str


class TransferIn(BaseModel):
    """Every field is signed (docs/payments.md). `amount` in đồng; `paid_at` ISO 8601 with offset, as text."""

    model_config = Strict

    transaction: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    account: Annotated[str, StringConstraints(max_length=30)]
    amount: Annotated[int, Field(strict=True, ge=0, lt=10**15)]
    currency: Annotated[str, StringConstraints(max_length=3)]
    memo: Text
    payer: Text
    paid_at: Annotated[str, StringConstraints(max_length=40)]
    signature: Annotated[str, StringConstraints(max_length=64)]

    @field_validator("paid_at")
    @classmethod
    def _aware(cls, value: str) -> str:
        if datetime.fromisoformat(value).utcoffset() is None:
            raise ValueError("offset missing")
        return value


class TransferOut(BaseModel):
    receipt: str
    amount: int


def receipt_out(done: services.Paid) -> dict[str, Any]:
    said = done.receipt.content
    return {
        "id": str(done.receipt.id),
        "code": done.payment.subject_code,
        "number": done.receipt.number,
        "issued_at": done.receipt.issued_at.astimezone(clock.TZ),
        "day": done.payment.day.isoformat(),
        **{name: said[name] for name in ("symbol", "year", "amount", "in_words", "method", "payer")},
    }


@router.get("/payments/due/{code}", response=DueOut, summary="Phí, lệ phí phải nộp của một hồ sơ")
def due(request: HttpRequest, code: Code) -> dict[str, Any]:
    """What waits for money, with the sentence that explains each line."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        charges = queries.due_by_code(code)
        transfer = queries.transfer_for(charges)
        return {
            "code": code,
            "due": sum(int(c.amount) for c in charges),
            "charges": [
                {
                    "name": c.name,
                    "amount": int(c.amount),
                    "full_amount": int(c.full_amount),
                    "explanation": c.explanation,
                    "instrument": c.instrument,
                    "exemption": c.exemption,
                }
                for c in charges
            ],
            "vietqr": transfer[1].payload() if transfer else None,
        }


@router.post(
    "/payments",
    response={201: ReceiptOut},
    summary="Thu phí, lệ phí và cấp biên lai",
    openapi_extra={"x-problems": [404]},
)
def collect(request: HttpRequest, body: PaymentIn) -> Status[dict[str, Any]]:
    """Takes all that is due for a dossier. 409 when another amount is due by now, or nothing."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    with scope.enter(principal.scope):
        done = services.pay(
            principal,
            body.code,
            method=body.method,
            payer=body.payer,
            amount=body.amount,
            bank_reference=body.bank_reference,
            key=key,
            body_hash=body_hash,
        )
        return Status(201, receipt_out(done))


@bank.post(
    "/payments/transfers", response=TransferOut, summary="Ngân hàng báo tiền về", openapi_extra={"x-problems": [401]}
)
def transfer(request: HttpRequest, body: TransferIn) -> dict[str, Any]:
    """A transfer under the bank's signature (HMAC-SHA256 over name=value of every field). 401 for a wrong signature; 422 for a transfer that
    pays nothing that is due: it is kept for the cashiers to look at. The same transfer told again has the same answer."""
    outcome = transfers.told(body.model_dump())
    if outcome.paid is None:
        raise RuleBroken.of("transaction", outcome.refusal)
    said = outcome.paid.receipt
    return {"receipt": f"{said.content['symbol']}/{said.number}", "amount": int(outcome.paid.payment.amount)}
