from types import SimpleNamespace

import torch
from torch import Tensor, nn

from lookdev.generate.pictures.kept import keep_encoders


class Posterior:
    def __init__(self, mean: Tensor) -> None:
        self.mean = mean

    def mode(self) -> Tensor:
        return self.mean

    def sample(self, generator: object = None) -> Tensor:  # noqa: ARG002 as diffusers calls it
        return self.mean + torch.randn_like(self.mean)


class Vae(nn.Module):
    def encode(self, picture: Tensor) -> SimpleNamespace:
        return SimpleNamespace(latent_dist=Posterior(picture.mean(1, keepdim=True)))


class Words(nn.Module):
    def forward(self, ids: Tensor, *, mask: Tensor | None = None) -> Tensor:
        return ids.float() if mask is None else ids * mask


def test_the_same_words_and_plates_are_encoded_once_and_others_again() -> None:
    pipeline = SimpleNamespace(text_encoder=Words(), vae=Vae())
    kept = keep_encoders(pipeline)
    ids = torch.tensor([[1, 2, 3]])
    first = pipeline.text_encoder(ids)
    assert pipeline.text_encoder(ids.clone()) is first
    assert kept["text_encoder"].runs == 1
    pipeline.text_encoder(ids, mask=torch.tensor([1, 0, 1]))
    pipeline.text_encoder(torch.tensor([[1, 2, 4]]))
    assert kept["text_encoder"].runs == 3
    kept["text_encoder"].forget()
    pipeline.text_encoder(ids)
    assert kept["text_encoder"].runs == 4


def test_a_plates_latents_depend_on_no_noise() -> None:
    pipeline = SimpleNamespace(text_encoder=None, vae=Vae())
    kept = keep_encoders(pipeline)
    picture = torch.rand(1, 3, 4, 4)
    one = pipeline.vae.encode(picture).latent_dist.sample(generator=None)
    two = pipeline.vae.encode(picture).latent_dist.sample()
    assert torch.equal(one, two)
    assert torch.equal(one, picture.mean(1, keepdim=True))
    assert kept["vae"].runs == 1


def test_only_so_many_are_kept() -> None:
    pipeline = SimpleNamespace(text_encoder=Words(), vae=Vae())
    kept = keep_encoders(pipeline)
    for number in range(40):
        pipeline.text_encoder(torch.tensor([number]))
    assert len(kept["text_encoder"]._results) == 8
    pipeline.text_encoder(torch.tensor([39]))
    assert kept["text_encoder"].runs == 40
