"""Conversations after the answer: saved, verified, exported, rated and continued."""
