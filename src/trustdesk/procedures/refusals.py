"""How procedures say no."""

from trustdesk.kernel.base.refusal import NotFound, Refusal


class NoSuchRun(NotFound):
    """There is no such procedure on this case."""


class RunningAlready(Refusal):
    """This procedure is being done on this case already."""

    code, status = "running_already", 409


class RunOver(Refusal):
    """This procedure is over."""

    code, status = "procedure_over", 409


class NotThisStep(Refusal):
    """Another step comes first. No required step is left out."""

    code, status = "not_this_step", 409


class ProofMissing(Refusal):
    """Note first what the document showed."""

    code, status = "proof_missing", 409
