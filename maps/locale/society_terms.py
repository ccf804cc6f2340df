"""Words for what a simulated society is measured by."""

from __future__ import annotations

from typing import Final

SOCIETY_TERMS: Final = {
    "constituency": {
        "polity": "the polity",
        "state": "the best single state",
        "states": "the fewest whole states",
        "touched": "every county touched",
        "nation": "the nation",
    },
    "limit": {
        "load_warning": "load above the planner's cap",
        "load_one": "load above 1: equal chances are impossible",
        "no_rest": "no rest: those who served are needed again",
        "calls": "people called a year",
        "serving": "people sitting at a time",
        "session_days": "session days of the busiest assembly",
        "nobody_left": "more seats than eligible people",
    },
    "figure": {
        "person_days": "person-days a year",
        "cost": "euros a year",
    },
    "parameter": {
        "adults": "adults",
        "consent": "consent",
        "renewal": "renewal of consent",
        "trend": "trend of places",
        "moved": "ups and downs of places",
        "acceptance": "acceptance of a call",
        "leaving": "seats vacated",
        "petitions": "petitions",
        "admitted": "petitions admitted",
        "hearing_days": "days of a hearing",
        "vote_days": "days of a vote",
        "review_days": "days of a review",
        "session_cap": "cap on session days",
        "harm_mean": "members harmed",
        "harm_spread": "spread of harm",
        "remedy_leaves": "harm a remedy leaves",
        "competence": "competence",
        "correlation": "correlation of judgements",
        "turnout": "turnout",
        "seats": "seats of an assembly",
        "screening_days": "days of a call",
        "cost_per_day": "cost of a day",
        "cost_per_call": "cost of a call",
        "most_called": "bearable calls",
        "most_serving": "bearable seats",
        "load_warning": "cap on loads",
        "re_derive_slack": "slack of a boundary",
    },
}
