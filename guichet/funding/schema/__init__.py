"""The forms of the applications, as data: what they ask, what an answer is worth, what is missing. No database."""
