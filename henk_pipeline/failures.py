"""The one thing all failures of the surroundings have in common: the work is right, the machine, server or disk is not."""


class InfrastructureError(RuntimeError):
    """Something an operator must mend. `henk` ends with exit code 3 and shows the message; nothing is half done."""
