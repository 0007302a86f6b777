"""The dossier's transition table and the decisions behind each row. Pure: facts in, change out (design §3).

States carry the national status of TT 04/2025/TT-VPCP; overdue is derived, never a state. `facts` is what a decision looks at, `appointments` the
clock, `acts_applicant` and `acts_handling` the decisions, `table` who may do which act from where.
"""

from motcua.dossiers.rules.appointments import (
    Dates,
    dates,
    days_off_declared,
    decide_by,
    enter_step,
    hand_over_by,
    reappointed,
    risk,
    supplement_extended,
)
from motcua.dossiers.rules.facts import (
    CLOSED,
    ENDED_WITHOUT_RESULT,
    LONGEST_EXTENSION,
    NATIONAL_STATUS,
    OUTCOMES,
    PAPER_ACTS,
    PAUSED,
    STATES,
    DossierFacts,
    FilesGiven,
    PaperFacts,
    local_day,
    punctuality,
    received_as,
)
from motcua.dossiers.rules.table import TRANSITIONS, unsigned, unsigned_at

__all__ = [
    "CLOSED",
    "ENDED_WITHOUT_RESULT",
    "LONGEST_EXTENSION",
    "NATIONAL_STATUS",
    "OUTCOMES",
    "PAPER_ACTS",
    "PAUSED",
    "STATES",
    "TRANSITIONS",
    "Dates",
    "DossierFacts",
    "FilesGiven",
    "PaperFacts",
    "dates",
    "days_off_declared",
    "decide_by",
    "enter_step",
    "hand_over_by",
    "local_day",
    "punctuality",
    "reappointed",
    "received_as",
    "risk",
    "supplement_extended",
    "unsigned",
    "unsigned_at",
]
