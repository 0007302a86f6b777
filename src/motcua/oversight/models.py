"""Tables of oversight, by idea: teams and visits, recommendations, tasks."""

from motcua.oversight.models_recommendations import (
    Answer,
    Recommendation,
    RecommendationGroup,
    Reminder,
    SectorRoute,
)
from motcua.oversight.models_tasks import (
    Backlog,
    Flashpoint,
    Programme,
    Target,
    TargetValue,
    Task,
    TaskProgress,
    TaskSeries,
)
from motcua.oversight.models_teams import (
    Questionnaire,
    Report,
    ReportSeries,
    Team,
    TeamCommune,
    TeamMember,
    Visit,
    VisitRecord,
    VisitTask,
)

__all__ = [
    "Answer",
    "Backlog",
    "Flashpoint",
    "Programme",
    "Questionnaire",
    "Recommendation",
    "RecommendationGroup",
    "Reminder",
    "Report",
    "ReportSeries",
    "SectorRoute",
    "Target",
    "TargetValue",
    "Task",
    "TaskProgress",
    "TaskSeries",
    "Team",
    "TeamCommune",
    "TeamMember",
    "Visit",
    "VisitRecord",
    "VisitTask",
]
