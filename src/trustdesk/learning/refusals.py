"""What learning refuses, in words."""

from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal


class NoSuchStudy(NotFound):
    """There is no such measurement."""


class NoSuchModel(NotFound):
    """There is no such model version."""


class NoSuchLabels(NotFound):
    """There is no such file of labels."""


class BadLabels(Invalid):
    """This file of labels cannot be used."""

    code = "bad_labels"


class NoModel(Refusal):
    """No model answers for this label."""

    code, status = "no_model", 409


class NothingToMeasure(Refusal):
    """There are no labelled texts to measure on."""

    code, status = "nothing_to_measure", 409


class NotDone(Refusal):
    """This measurement has not ended well."""

    code, status = "study_not_done", 409


class ChangedMeanwhile(Refusal):
    """Another model answers for this label now; measure it anew."""

    code, status = "model_changed", 409


class TooFewDecisions(Refusal):
    """People have decided too little to learn from."""

    code, status = "too_few_decisions", 409


class Worse(Refusal):
    """The new model is worse than the live one on the decisions that were held out."""

    code, status = "model_worse", 409


class WrongState(Refusal):
    """The model version is not in a state where this can be done."""

    code, status = "wrong_state", 409


class ShadowTooShort(Refusal):
    """It has scored too few items in shadow to be released."""

    code, status = "shadow_too_short", 409


class SamePerson(Refusal):
    """Another person than the one who proposed it must release it."""

    code, status = "same_person", 403


class OneInShadow(Refusal):
    """Another version of this model is in shadow."""

    code, status = "one_in_shadow", 409


class NothingBefore(Refusal):
    """There is nothing to go back to: what TrustDesk ships answers for this label."""

    code, status = "nothing_before", 409


class OutdatedBase(Refusal):
    """Another model went live since this one was compared; learn again."""

    code, status = "outdated_base", 409
