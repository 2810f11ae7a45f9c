"""What broke at a rate that rises (--ramp)."""

# A busy machine may have these of its own, at any rate.
OF_THE_MACHINE = ("latency", "loader-late")


def broke(ramp):
    return [one for one in ramp["breaks"] if one["what"] not in OF_THE_MACHINE]
