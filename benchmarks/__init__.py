"""The figures of the README, each beside its floor in the same run: `python -m benchmarks [--quick]`."""
