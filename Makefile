# The few commands of the course. All but the set-up run inside .venv.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c '$(check_python)' 2> /dev/null && echo $(name))) python3)
notebooks = notebooks/$(N)*.ipynb

in_venv := .venv/bin/python
pip_install := $(in_venv) -m pip install --disable-pip-version-check --no-input
# JupyterLab refuses to start for root, who is the usual user of a container.
as_root := $(if $(filter 0,$(shell id -u)),--allow-root)

# What is run here is not the learner's work: their record of solved exercises is
# neither read nor written.
quick test unit nbval notebooks browser tensorflow: export COURSE_PROGRESS_FILE :=

# Two tests run at once; each has one thread, or they get into each other's way.
quick unit tensorflow: export TF_NUM_INTRAOP_THREADS := 1
quick unit tensorflow: export OMP_NUM_THREADS := 1

.PHONY: help lab quick test check unit tensorflow nbval notebooks symptoms exercises pytorch dask generated \
	wheel site browser bench animation digits classifier levers lock

help:
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 20
	@echo
	@echo "The first run makes .venv; make lab PYTHON=python3.12 names the Python for it."
	@echo "N=04 takes one notebook: make nbval N=04; TWICE=1 runs each cell twice in a row."

# The set-up. A stamp is written last, so half an installation is never taken for a
# whole one: without the stamp .venv is made anew, with an old one it is brought up to
# date. The stamp names the folder, since an environment does not survive being moved.

check_python := import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) \
	else "Python 3.11, 3.12 or 3.13 is needed; this is " + sys.version.split()[0] \
	+ ". Name another: make lab PYTHON=python3.12")
ifneq ($(shell cat .venv/learn 2> /dev/null),$(CURDIR))
.PHONY: .venv/learn
endif

.venv/learn: requirements.lock pyproject.toml
	@test ! -e .venv || grep -qs upsampling-course .venv/pyvenv.cfg || { \
		echo ".venv was not made by this course: move or delete it, and try again." >&2; \
		exit 1; }
	@"$(PYTHON)" -c '$(check_python)'
	@test "$$(cat $@ 2> /dev/null)" = "$(CURDIR)" \
		|| "$(PYTHON)" -m venv --clear --prompt upsampling-course .venv
	@rm -f $@ .venv/develop
	$(pip_install) --require-hashes -r requirements.lock
	$(pip_install) --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@

.venv/develop: requirements-dev.lock .venv/learn
	$(pip_install) --require-hashes -r requirements-dev.lock
	@touch $@

lab: .venv/learn ## open the course in JupyterLab
	$(in_venv) -m jupyterlab --ip=127.0.0.1 $(as_root) \
		--LabApp.default_url=/lab/tree/notebooks/01_pooling.ipynb

test: check unit nbval ## check everything: style, types, unit tests, every notebook

quick: check ## check what needs no TensorFlow, in under a minute
	$(in_venv) -m pytest -n 2 --tensorflow=without -m "not slow"

check: .venv/develop ## style, types and imports alone
	$(in_venv) -m ruff format --check
	$(in_venv) -m ruff check
	$(in_venv) -m mypy
	.venv/bin/lint-imports

unit: .venv/develop ## the unit tests and the examples in docstrings
	$(in_venv) -m pytest -n 2 --dist worksteal

tensorflow: .venv/develop ## those of them that touch TensorFlow
	$(in_venv) -m pytest -n 2 --dist worksteal --tensorflow=only

nbval: .venv/develop ## run the notebooks and compare their outputs with those stored
	$(in_venv) -m pytest -c tests/nbval.ini --rootdir=. \
		$(if $(TWICE),-p tests.run_twice) $(notebooks)

notebooks: .venv/develop ## run the notebooks anew and store their outputs
	$(in_venv) tools/run_notebooks.py $(notebooks)
	$(in_venv) tools/save_pictures.py $(notebooks)

symptoms: .venv/develop ## write the index of symptoms into the README
	$(in_venv) tools/index_symptoms.py

exercises: .venv/develop ## write the cells of the exercises into the notebooks
	$(in_venv) tools/write_exercises.py $(notebooks)

# What few need is not in the locks: these packages are large, on some computers by
# gigabytes.
pytorch: .venv/develop ## check what is said of PyTorch and JAX against both
	$(pip_install) --quiet --no-build-isolation -e ".[pytorch]" "jax>=0.10"
	$(in_venv) -m pytest tests/test_pytorch.py tests/test_frameworks.py

dask: .venv/develop ## run the study on a Dask cluster
	$(pip_install) --quiet --no-build-isolation -e ".[dask]"
	$(in_venv) -m pytest tests/test_dask.py

wheel: .venv/develop ## install the wheel into empty environments, and use it there
	$(in_venv) -m pytest -o addopts= tests/wheel

# Chapters from their stored outputs; only explorers are run. The pages of build/site need no server.
site: .venv/develop ## build the site into build/site
	$(pip_install) --quiet --no-build-isolation -e ".[site]"
	rm -rf build/source build/site
	mkdir -p build/source/docs build/source/data
	cp -R docs/site/*.md *.md LICENSE notebooks build/source
	cp docs/*.md build/source/docs
	cp data/*.md build/source/data
	$(in_venv) -m sphinx --quiet --fail-on-warning --keep-going \
		-b html -c docs/site build/source build/site

browser: site ## open notebooks, explorers and site in a real browser
	@chromium=$$(sh tools/find_chromium.sh) && \
	$(pip_install) --quiet --no-build-isolation -e ".[browser]" && \
	CHROMIUM="$$chromium" $(in_venv) -m pytest -c tests/browser.ini tests/browser

bench: site ## time the library beside others, into docs/speed.md
	$(pip_install) --quiet --no-build-isolation -e ".[bench]"
	$(in_venv) benchmarks/table.py --output docs/speed.md

animation: .venv/develop ## draw the animation of the README anew
	$(in_venv) tools/save_pictures.py

digits: .venv/develop ## build data/digits.npz anew
	$(in_venv) tools/build_digits.py

generated: .venv/develop ## train both generators, and draw data/generated.npz anew
	$(in_venv) tools/draw_generated.py

classifier: .venv/develop ## train data/classifier.npz anew
	$(in_venv) tools/train_classifier.py

levers: .venv/develop ## pull each lever of chapter 10 anew, for data/levers.json
	$(in_venv) tools/pull_levers.py

# requirements.txt is requirements.lock without hashes, for conda, Binder and Windows.
compile = $(in_venv) -m uv pip compile --no-config --quiet --universal \
	--python-version 3.11 --fork-strategy fewest --no-emit-index-url --no-header \
	$(if $(UPGRADE),--upgrade) pyproject.toml

lock: .venv/develop ## write the locks from pyproject.toml; UPGRADE=1 takes the newest versions
	$(compile) --extra course --generate-hashes -o requirements.lock
	$(compile) --extra course --no-annotate -c requirements.lock -o requirements.txt
	$(compile) --extra test --generate-hashes -c requirements.lock -o requirements-dev.lock
