"""The assembly as values: seats, term classes, vacancies, deferrals, and what service everybody has done."""
