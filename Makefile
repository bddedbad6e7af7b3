# The few commands of the course. All but the set-up run inside .venv.

PYTHON ?=
N ?=
NOTEBOOKS ?= notebooks

in_venv := .venv/bin/python
# JupyterLab refuses to start for root, who is the usual user of a container.
as_root := $(if $(filter 0,$(shell id -u)),--allow-root)

# What is run here is not the learner's work: their record of solved exercises is
# neither read nor written.
test unit nbval notebooks browser: export COURSE_PROGRESS_FILE :=

.PHONY: help lab test environment format lint types unit nbval lock notebooks pytorch bench digits \
	classifier exercises

help:
	@echo "make lab              open the course in JupyterLab"
	@echo "make test             check everything: format, lint, types, unit, nbval"
	@echo "make format           ... or one of these alone"
	@echo "make notebooks        run every notebook anew and store its outputs"
	@echo "make notebooks N=04   ... or one of them"
	@echo "make exercises N=04   write the cells of its exercises into a notebook"
	@echo "make pytorch          check the translation to PyTorch against PyTorch itself"
	@echo "make bench            time the folded layer and the training beside others"
	@echo "make browser          run the notebooks and the explorer in a real browser"
	@echo "make bench            time the folded layer beside the pair it replaces"
	@echo "make animation        draw the animation of the README anew"
	@echo "make digits           build data/digits.npz anew"
	@echo "make classifier       train data/classifier.npz anew"
	@echo "make lock             write requirements.lock and environment.yml from pyproject.toml"
	@echo "make lock UPGRADE=1   ... with the newest versions"
	@echo
	@echo "The first run makes .venv. PYTHON=python3.12 names the Python to make it with."

lab: environment
	$(in_venv) -m jupyterlab --ip=127.0.0.1 $(as_root) \
		--LabApp.default_url=/lab/tree/notebooks/01_pooling.ipynb

test: format lint types unit nbval

environment:
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && "$$python" tools/setup_environment.py

format: environment
	$(in_venv) -m ruff format --check

lint: environment
	$(in_venv) -m ruff check

types: environment
	$(in_venv) -m mypy

unit: environment
	$(in_venv) -m pytest -n 2

nbval: environment
	$(in_venv) -m pytest -c tests/nbval.ini $(NOTEBOOKS)

lock: environment
	$(in_venv) -m uv pip compile --no-config --quiet --universal --python-version 3.11 \
		--extra test --generate-hashes --fork-strategy fewest \
		--no-emit-index-url --no-header $(if $(UPGRADE),--upgrade) \
		pyproject.toml -o requirements.lock
	$(in_venv) tools/write_environment_yml.py

notebooks: environment
	$(in_venv) tools/run_notebooks.py notebooks/$(N)*.ipynb
	$(in_venv) tools/save_pictures.py notebooks/$(N)*.ipynb

exercises: environment
	$(in_venv) tools/write_exercises.py notebooks/$(N)*.ipynb

# PyTorch is not in the lock: on some computers it is several gigabytes.
pytorch: environment
	$(in_venv) -m pip install --no-build-isolation -e ".[pytorch]"
	$(in_venv) -c "import torch"
	$(in_venv) -m pytest tests/test_pytorch.py

# JAX and PyTorch are not in the lock: on some computers they are several gigabytes.
.PHONY: browser
# Playwright is not in the lock: learners have a browser, and it is 160 MB.
browser: environment
	@chromium=$$(sh tools/find_chromium.sh) && \
	$(in_venv) -m pip install --quiet --no-build-isolation -e ".[browser]" && \
	CHROMIUM="$$chromium" $(in_venv) -m pytest -c tests/browser.ini tests/browser

bench: environment
	$(in_venv) -m pip install --no-build-isolation -e ".[bench]"
	$(in_venv) benchmarks/upsampled_conv2d.py
	$(in_venv) benchmarks/training.py
	$(in_venv) benchmarks/explorer_redraw.py

.PHONY: animation
animation: environment
	$(in_venv) tools/save_animation.py

digits: environment
	$(in_venv) tools/build_digits.py

classifier: environment
	$(in_venv) tools/train_classifier.py
