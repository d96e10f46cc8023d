"""Pure: metrics, policies, holidays from iCal, and trying a policy on a timeline."""
