"""Processes that are killed at any moment, and what must be true afterwards (guarantees T1, T2, T4, T7, T9)."""
