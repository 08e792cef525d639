"""LoRA, ControlNets and IP-Adapter: put onto a loaded model, and taken off again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import diffusers
import torch

from lookdev.errors import ModelError
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.damage import damage_told
from lookdev.generate.pictures.guard import sealed
from lookdev.generate.pictures.pipelines import Pipelines
from lookdev.generate.pictures.precision import dtype_for
from lookdev.spec.picture import Guides

_LORA, _ENCODER = "layer", "image_encoder"
_UNSET = -1.0
"""Of a scale: it is on, and nobody has said how much."""


class Guiding:
    """What guides one loaded model now."""

    def __init__(self, pipelines: Pipelines) -> None:
        """Guide a model; nothing does yet."""
        self._pipelines = pipelines
        self._lora: tuple[str, float] | None = None
        self._adapter: tuple[str, float] | None = None
        self._nets: dict[str, Any] = {}

    def use(self, guides: Guides, files: Mapping[str, ModelFiles]) -> None:
        """Make the model follow these guides, and no others.

        Args:
            guides: The layer's.
            files: Of every card that they name, by the field's name.

        Raises:
            ModelError: One of them does not fit the model.
        """
        self._use_lora(files.get("lora"), guides.lora_scale)
        self._use_adapter(files.get("adapter"), guides.adapter_scale)
        named = [files[field] for field in ("edges", "depth") if field in files]
        nets = tuple(self._net(one) for one in named)
        if nets != self._pipelines.controls:
            self._pipelines.controls = nets

    def _use_lora(self, files: ModelFiles | None, scale: float) -> None:
        wanted = None if files is None else (files.digest, scale)
        if wanted == self._lora:
            return
        loaded = self._pipelines.loaded
        if self._lora is not None and (files is None or files.digest != self._lora[0]):
            loaded.unload_lora_weights()
            self._lora = None
        if files is not None:
            if self._lora is None:
                self._load_lora(loaded, files)
                self._lora = files.digest, _UNSET
            loaded.set_adapters([_LORA], adapter_weights=[scale])
            self._lora = files.digest, scale
        for kept in self._pipelines.encoders.values():
            kept.forget()

    def _load_lora(self, loaded: Any, files: ModelFiles) -> None:
        weights = [name for name in files.names if name.endswith(".safetensors")]
        if len(weights) != 1:
            raise ModelError(
                f"model {files.card.id}: {files.folder}: holds {len(weights)} .safetensors; "
                "a LoRA is one"
            )
        with damage_told(files), _undone(loaded.unload_lora_weights), sealed(files.folder):
            loaded.load_lora_weights(
                files.folder,
                weight_name=weights[0],
                adapter_name=_LORA,
                use_safetensors=True,
                local_files_only=True,
            )
        if not any(_LORA in names for names in loaded.get_list_adapters().values()):
            raise ModelError(
                f"model {files.card.id}: none of its weights fits {self._pipelines.card.id}; "
                "it was made for another model"
            )

    def _use_adapter(self, files: ModelFiles | None, scale: float) -> None:
        wanted = None if files is None else (files.digest, scale)
        if wanted == self._adapter:
            return
        loaded = self._pipelines.loaded
        if self._adapter is not None and (files is None or files.digest != self._adapter[0]):
            loaded.unload_ip_adapter()
            self._adapter = None
            self._pipelines.forget_jobs()
        if files is not None:
            if self._adapter is None:
                self._load_adapter(loaded, files)
                self._pipelines.forget_jobs()
            loaded.set_ip_adapter_scale(scale)
            self._adapter = files.digest, scale

    def _load_adapter(self, loaded: Any, files: ModelFiles) -> None:
        weights = [n for n in files.names if n.endswith(".safetensors") and "/" not in n]
        if len(weights) != 1:
            raise ModelError(
                f"model {files.card.id}: {files.folder}: holds {len(weights)} .safetensors beside "
                f"{_ENCODER}; an IP-Adapter is one"
            )
        with damage_told(files), _undone(loaded.unload_ip_adapter), sealed(files.folder):
            loaded.load_ip_adapter(
                str(files.folder),
                subfolder="",
                weight_name=weights[0],
                image_encoder_folder=_ENCODER,
                local_files_only=True,
            )

    def _net(self, files: ModelFiles) -> Any:
        if files.digest not in self._nets:
            device = self._pipelines.device
            with damage_told(files), sealed(files.folder):
                net = diffusers.ControlNetModel.from_pretrained(
                    files.folder,
                    dtype=dtype_for(device),
                    use_safetensors=True,
                    local_files_only=True,
                )
            self._nets[files.digest] = net.to(torch.device(device))
        return self._nets[files.digest]


@contextmanager
def _undone(undo: Callable[[], object]) -> Iterator[None]:
    """Take off again what could be put on only in part."""
    try:
        yield
    except BaseException:
        undo()
        raise
