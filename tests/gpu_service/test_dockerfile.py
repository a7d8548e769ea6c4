"""The image of the GPU service: slim, pinned, without root, with the signal to drain on."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "gpu_service" / "Dockerfile").read_text()


def test_the_image_has_no_gpu_and_one_stage() -> None:
    """vLLM's unmodified image runs next to it, so nothing here is built on CUDA or vLLM."""
    (base,) = [line for line in DOCKERFILE.splitlines() if line.startswith("FROM ")]
    assert "slim" in base
    assert not {"cuda", "vllm"} & set(base.lower().replace("/", " ").split())


def test_the_service_runs_without_root_and_stops_on_sigterm() -> None:
    """ECS sends the image's stop signal; the service then drains."""
    assert "USER 10001" in DOCKERFILE
    assert "STOPSIGNAL SIGTERM" in DOCKERFILE
    assert 'CMD ["python", "-m", "gpu_service"]' in DOCKERFILE
