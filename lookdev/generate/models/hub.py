"""Where a model of the hub lies on this machine: in the Hugging Face cache. No network here."""

from pathlib import Path

from huggingface_hub import constants

from lookdev.errors import ModelError
from lookdev.spec.hub import HubRef


def local_folder(ref: HubRef, model: str) -> Path:
    """The folder of a model that was pulled; its files are links into the cache's own store.

    Args:
        ref: Whose, which and at which commit.
        model: The card's id, for the mend.

    Raises:
        ModelError: It is not on this machine.
    """
    folder = snapshot_folder(ref)
    if not folder.is_dir():
        raise ModelError(
            f"model {model}: {ref} is not on this machine; fetch it with "
            f"`lookdev models pull {model}`"
        )
    return folder


def snapshot_folder(ref: HubRef) -> Path:
    """Where its files lie once it was pulled, `$HF_HUB_CACHE` and `$HF_HOME` heeded.

    The layout is the cache's own: huggingface.co/docs/huggingface_hub/guides/manage-cache.
    """
    repository = constants.REPO_ID_SEPARATOR.join(("models", ref.owner, ref.name))
    return Path(constants.HF_HUB_CACHE).expanduser() / repository / "snapshots" / ref.commit
