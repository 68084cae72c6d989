"""What a failure means for an upload: whether its data or its environment is to blame."""


class InfrastructureError(RuntimeError):
    """The machine, a server, the disk or a setting is at fault, not the data. `henk` ends with exit code 3; uploads stay pending."""


class UploadDataError(ValueError):
    """An upload itself cannot be used: it is refused with this message, and tried again when it or its manifest changes."""
