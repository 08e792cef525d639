"""Modular pipelines: of the parts of tiny classic ones, as diffusers saves them."""

from pathlib import Path


def modular(classic: Path, folder: Path, pipeline: str) -> Path:
    """A modular pipeline of a classic folder's parts.

    Args:
        classic: A folder that another builder wrote.
        folder: Where to write.
        pipeline: The class of diffusers.
    """
    import diffusers

    loaded = diffusers.DiffusionPipeline.from_pretrained(classic, local_files_only=True)
    made = getattr(diffusers, pipeline)()
    parts = {name: part for name, part in loaded.components.items() if part is not None}
    made.update_components(**{n: part for n, part in parts.items() if n in made.component_names})
    made.save_pretrained(str(folder), safe_serialization=True, overwrite_modular_index=True)
    return folder
