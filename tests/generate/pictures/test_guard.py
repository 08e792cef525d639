"""Nothing in a model's folder runs, and nothing is fetched, whatever a library was told."""

import contextlib
import io
import json
import os
import pickle
import py_compile
import shutil
import socket
import subprocess
import sys
import threading
import timeit
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import diffusers
import pytest
import tiny_models
import torch
import transformers

from lookdev.errors import LookdevError, ModelError
from lookdev.generate.pictures.guard import sealed

MARK = "LOOKDEV_TEST_WAS_RUN"
CODE = f"import os\nos.environ[{MARK!r}] = '1'\n"


class Payload:
    """What a hostile file holds: unpickled without a guard, it leaves its mark."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return exec, (CODE,)


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.delenv(MARK, raising=False)
    for module in (diffusers.utils.dynamic_modules_utils, transformers.dynamic_module_utils):
        monkeypatch.setattr(module, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    yield
    assert MARK not in os.environ, "code of the model ran"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_models.sd15(tmp_path_factory.mktemp("models") / "sd15")


@pytest.fixture
def model(honest: Path, tmp_path: Path) -> Path:
    return shutil.copytree(honest, tmp_path / "model")


def loaded(folder: Path, kind: Any = diffusers.DiffusionPipeline, **options: Any) -> Any:
    with sealed(folder):
        return kind.from_pretrained(folder, local_files_only=True, **options)


def test_the_payload_of_these_tests_runs_where_there_is_no_guard() -> None:
    pickle.loads(pickle.dumps(Payload()))  # noqa: S301 it is ours
    assert os.environ.pop(MARK) == "1"


# Honest models


@pytest.mark.parametrize("build", [tiny_models.sdxl, tiny_models.flux, tiny_models.zimage])
def test_an_honest_model_loads_and_runs_in_a_seal(build: Any, tmp_path: Path) -> None:
    pipeline = loaded(build(tmp_path / "model"), use_safetensors=True)
    with sealed(), torch.no_grad():
        made = pipeline("dust", num_inference_steps=1, height=32, width=32, output_type="pt").images
    assert made.shape == (1, 3, 32, 32)


def test_the_guard_costs_next_to_nothing_outside_a_seal() -> None:
    with sealed():
        pass
    named, count = "lookdev.test", 200_000
    cost = min(timeit.repeat(lambda: sys.audit(named), number=count, repeat=5)) / count
    print(f"an audited act outside a seal: {cost * 1e9:.0f} ns")
    assert cost < 5e-6


# Hostile folders


def test_a_pickle_renamed_to_safetensors_is_not_unpickled(model: Path) -> None:
    torch.save({"weight": Payload()}, model / "unet" / "diffusion_pytorch_model.safetensors")
    with pytest.raises(Exception, match=r"(?i)safetensors|header"):
        loaded(model, use_safetensors=True)


@pytest.mark.parametrize(
    "suffix", ["bin", "pt", "ckpt", "pkl", "msgpack", "h5", "onnx", "py", "so"]
)
def test_no_file_that_may_run_is_opened_in_the_folder(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"weights.{suffix.upper()}"
    file.write_bytes(b"x")
    with pytest.raises(ModelError, match=f"opens {file}"), sealed(tmp_path):
        file.read_bytes()
    with pytest.raises(ModelError), sealed(tmp_path), sealed():
        os.open(file, os.O_RDONLY)


def test_a_name_that_leads_into_the_folder_by_a_detour_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "code.py").write_text(CODE)
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    for detour in (
        tmp_path / "link" / "code.py",
        Path("model/code.py"),
        Path("model/../model/code.py"),
    ):
        with pytest.raises(ModelError, match="no plain data"), sealed(folder):
            detour.read_text()
    with sealed(folder):
        assert Path(json.__file__).read_text(), "code elsewhere is the product's own"


def test_weights_that_are_pickles_are_not_read_though_the_loader_allows_them(model: Path) -> None:
    unet = model / "unet"
    (unet / "diffusion_pytorch_model.safetensors").unlink()
    torch.save({"weight": Payload()}, unet / "diffusion_pytorch_model.bin")
    with pytest.raises(ModelError, match=r"diffusion_pytorch_model\.bin, which may run code"):
        loaded(unet, diffusers.UNet2DConditionModel, use_safetensors=False)


def test_a_pipeline_of_the_folder_s_own_is_not_run_though_it_is_trusted(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    index["_class_name"] = ["pipeline", "Evil"]
    (model / "model_index.json").write_text(json.dumps(index))
    (model / "pipeline.py").write_text(CODE + "class Evil: pass\n")
    with pytest.raises(ModelError, match=r"pipeline\.py, which is no plain data"):
        loaded(model, trust_remote_code=True)
    with pytest.raises(ModelError, match=r"pipeline\.py, which is no plain data"):
        loaded(model, trust_remote_code=True, custom_pipeline=str(model))


def test_a_part_of_the_folder_s_own_class_is_not_run_though_it_is_trusted(model: Path) -> None:
    index = json.loads((model / "model_index.json").read_text())
    index["unet"] = ["evil", "Evil"]
    (model / "model_index.json").write_text(json.dumps(index))
    (model / "unet" / "evil.py").write_text(CODE + "class Evil: pass\n")
    with pytest.raises(ModelError, match=r"evil\.py, which is no plain data"):
        loaded(model, trust_remote_code=True)


@pytest.mark.parametrize("trusted", [True, None])
def test_auto_map_runs_nothing(trusted: bool | None, tmp_path: Path) -> None:
    auto = {"AutoConfig": "evil.EvilConfig", "AutoModel": "evil.Evil"}
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "evil", "auto_map": auto}))
    (tmp_path / "evil.py").write_text(CODE)
    with pytest.raises(
        ModelError, match=r"evil\.py, which is no plain data|code of its own may run"
    ):
        loaded(tmp_path, transformers.AutoModel, trust_remote_code=trusted)


def test_code_that_was_fetched_before_is_not_run_either(tmp_path: Path) -> None:
    fetched = tmp_path / "modules" / "transformers_modules"
    fetched.mkdir(parents=True)
    (fetched / "evil.py").write_text(CODE)
    with pytest.raises(ModelError, match="transformers_modules"), sealed():
        exec(compile(CODE, str(fetched / "evil.py"), "exec"), {})  # noqa: S102
    with pytest.raises(ModelError, match="transformers_modules"), sealed():
        (fetched / "evil.py").read_text()


@pytest.mark.parametrize("kind", ["source", "compiled", "zip"])
def test_no_module_of_the_folder_is_imported(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / f"evil_{kind}.py"
    source.write_text(CODE)
    path = tmp_path
    if kind == "compiled":
        py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")))
        source.unlink()
    if kind == "zip":
        path = tmp_path / "evil.zip"
        with zipfile.ZipFile(path, "w") as packed:
            packed.write(source, source.name)
        source.unlink()
    monkeypatch.syspath_prepend(str(path))
    with pytest.raises(LookdevError), sealed(tmp_path):
        __import__(f"evil_{kind}")


def test_what_was_compiled_from_the_folder_long_ago_is_not_run(tmp_path: Path) -> None:
    code = compile(CODE, str(tmp_path / "evil.py"), "exec")
    with pytest.raises(ModelError, match=r"would run .*evil\.py"), sealed(tmp_path):
        exec(code, {})  # noqa: S102


def test_torch_load_unpickles_nothing_wherever_its_file_lies(tmp_path: Path) -> None:
    file, held = tmp_path / "weights.pt", io.BytesIO()
    for target in (file, held):
        torch.save({"weight": Payload()}, target)
    with pytest.raises(ModelError, match=r"weights\.pt, which may run code"), sealed():
        torch.load(file)
    held.seek(0)
    with pytest.raises(ModelError, match="unpickles"), sealed():
        torch.load(held, weights_only=False)


# The network, and other processes


def test_a_tokenizer_that_wants_the_network_does_not_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *args: asked.append(args))
    with pytest.raises(ModelError, match="wants the network"), sealed():
        transformers.AutoTokenizer.from_pretrained(
            "nobody/nothing", cache_dir=tmp_path, local_files_only=False
        )
    assert not asked


@pytest.mark.parametrize(
    "act",
    [
        lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        lambda: socket.socket().connect(("127.0.0.1", 9)),
        lambda: socket.socket().bind(("127.0.0.1", 0)),
        lambda: socket.getaddrinfo("localhost", 80),
        lambda: socket.gethostbyname("localhost"),
        lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
    ],
)
def test_the_network_is_refused(act: Callable[[], object]) -> None:
    with pytest.raises(ModelError, match="wants the network"), sealed():
        act()


@pytest.mark.parametrize(
    "act",
    [
        lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        lambda: os.system("true"),  # noqa: S605, S607
        lambda: os.posix_spawn("/bin/true", ["true"], {}),
        lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        os.fork,
    ],
)
def test_other_processes_are_refused(act: Callable[[], object]) -> None:
    with pytest.raises(ModelError, match="wants to start a process"), sealed():
        act()


# How far a seal reaches


def test_a_seal_is_of_its_own_thread_and_time_and_folder(tmp_path: Path) -> None:
    file = tmp_path / "other.py"
    file.write_text(CODE)
    pickled = pickle.dumps(Path)
    with ThreadPoolExecutor(1) as other:
        other.submit(int).result()
        with sealed(tmp_path):
            assert other.submit(pickle.loads, pickled).result() is Path, "another's work goes on"
    assert pickle.loads(pickled) is Path  # noqa: S301
    assert file.read_text() == CODE


def test_a_seal_holds_until_the_outermost_ends() -> None:
    with sealed():
        with sealed():
            pass
        with pytest.raises(ModelError):
            socket.getaddrinfo("localhost", 80)


def test_a_thread_that_a_library_starts_is_sealed_as_long_as_the_block(tmp_path: Path) -> None:
    ended, found = threading.Event(), []

    def work() -> None:
        try:
            pickle.loads(pickle.dumps(Payload()))  # noqa: S301
        except ModelError as error:
            found.append(error)
        ended.wait(10)
        found.append(pickle.loads(pickle.dumps(Path)))  # noqa: S301

    thread = threading.Thread(target=work)

    def library() -> None:
        thread.start()
        while not found:
            thread.join(0.001)

    with pytest.raises(ModelError, match="unpickles"), sealed(tmp_path):
        library()
    ended.set()
    thread.join()
    assert isinstance(found[0], ModelError)
    assert found[1] is Path


def test_what_a_library_hides_is_told_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(b"x")

    def hides() -> None:
        with contextlib.suppress(Exception):
            file.read_bytes()

    with pytest.raises(ModelError, match=r"weights\.bin"), sealed(tmp_path):
        hides()

    def wraps() -> None:
        try:
            file.read_bytes()
        except Exception as error:
            raise OSError("cannot load the model") from error

    with pytest.raises(ModelError, match=r"weights\.bin"), sealed(tmp_path):
        wraps()


def test_a_library_may_do_without_the_network() -> None:
    with sealed():
        try:
            socket.getaddrinfo("localhost", 80)
        except ModelError as error:
            refusal = str(error)
    print(refusal)
    assert refusal.startswith("the model: wants the network")
