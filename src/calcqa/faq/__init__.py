"""Questions asked ahead of time, their answers, and what they teach."""
