"""What may be delivered: rights, approvals, and the proof that a look is still the approved one."""
