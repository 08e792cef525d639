"""The embedded model: elements with an alpha and light of their own."""

from lookdev.generate.families.family import Family, one

ELEMENT = Family(
    base="mini",
    components={
        "unet": one("lookdev.mini.network", "ElementUNet"),
        "scheduler": one("diffusers", "FlowMatchEulerDiscreteScheduler"),
    },
)
