"""Pages that citizens come for: their place, their own standing, issues they raise, mails, the questionnaire."""
