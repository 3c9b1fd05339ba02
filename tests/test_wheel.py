"""The wheel: what is in it, and that its commands work in an otherwise empty environment."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import _console
import click
import pytest
from checkouts import front_door
from scratch import environment_without, write
from small_archive import PATH, RECORD, put_archive

TODAY = "2026-03-16"
GROUPS = ("gate", "warehouse")
"""The environments whose commands need no more of this repository than the wheel has."""

OF_THE_CHECKOUT = {"lock"}
"""Commands of the gate's environment that work on Debrief itself."""


# --- building ------------------------------------------------------------------------------------


def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def build(source: Path, target: str, folder: Path) -> Path:
    """What hatchling makes of a source tree, without a network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=300)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(root, "wheel", tmp_path_factory.mktemp("wheel"))


def names(wheel: Path) -> set[str]:
    """The files of a wheel, without those that installers write of every package."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def metadata(wheel: Path) -> Any:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith("dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def sources(folder: Path) -> set[str]:
    """The files below a folder, without what Python left behind."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {file.as_posix() for file in files if "__pycache__" not in file.parts}


def commands_in_it(root: Path) -> dict[str, str]:
    """The commands that other repositories can use, with the paths of their scripts."""
    door = front_door(root)
    found = door.commands().items()
    kept = {name: path for name, path in found if door.environment_of(path) in GROUPS}
    return {name: path for name, path in kept.items() if name not in OF_THE_CHECKOUT}


def test_it_holds_the_library_the_schemas_and_the_commands_in_it(wheel: Path, root: Path) -> None:
    library = sources(root / "src" / "debrief")
    commands = {f"{name}.py" for name in commands_in_it(root)}
    shared = {file.name for file in (root / "scripts").glob("_*.py")}
    shared -= {file.name for file in (root / "scripts").glob("_bench*.py")}
    assert names(wheel) == {
        *(f"debrief/{name}" for name in library if not name.startswith(("site/", "synthetic/"))),
        *(f"debrief/schemas/{file.name}" for file in (root / "schema").iterdir()),
        *(f"debrief/commands/{name}" for name in commands | shared),
    }


def test_the_starter_catalog_is_in_it(wheel: Path) -> None:
    starters = {f"debrief/starter/{name}.yml" for name in ("owners", "assets", "policy")}
    assert starters <= names(wheel)


def test_no_file_says_where_it_was_built(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            assert str(root).encode() not in archive.read(name), name


def test_version_and_dependencies_are_those_of_pyproject(wheel: Path, root: Path) -> None:
    told = metadata(wheel)
    assert told["Version"] == project(root)["project"]["version"]
    needed = {each for each in told.get_all("Requires-Dist") if "extra ==" not in each}
    assert needed == set(project(root)["project"]["dependencies"])


def test_the_database_is_an_extra(wheel: Path, root: Path) -> None:
    extra = [each for each in metadata(wheel).get_all("Requires-Dist") if "warehouse" in each]
    wanted = project(root)["project"]["optional-dependencies"]["warehouse"]
    assert [each.partition(";")[0].strip() for each in extra] == wanted


def test_it_is_built_by_the_version_that_the_tests_use(root: Path) -> None:
    (builder,) = project(root)["build-system"]["requires"]
    assert re.fullmatch(r"hatchling==[0-9.]+", builder)
    assert builder in project(root)["dependency-groups"]["dev"]


def test_the_source_archive_builds_the_same_bytes(wheel: Path, root: Path, tmp_path: Path) -> None:
    archive = build(root, "sdist", tmp_path / "sdist")
    # Python 3.11.2, which Debian 12 has, knows no filters; newer ones warn where none is named.
    safely: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "source", **safely)  # noqa: S202 - built a moment ago, by us
    (source,) = (tmp_path / "source").iterdir()
    assert {entry.name for entry in source.iterdir()} == {
        *("src", "schema", "scripts", "pyproject.toml", "README.md", "LICENSE"),
        *(".gitignore", "PKG-INFO"),
    }
    assert build(source, "wheel", tmp_path / "again").read_bytes() == wheel.read_bytes()


# --- the folder with the records, where no option names it ---------------------------------------


def folders(top: Path, *names: str) -> None:
    for name in names:
        (top / name).mkdir(parents=True)


@pytest.mark.parametrize("start", [".", "catalog", "postmortems/2026", "other/deep/down"])
def test_it_is_the_nearest_that_has_both(tmp_path: Path, start: str) -> None:
    folders(tmp_path, "catalog", "postmortems/2026/some-record/catalog", "other/deep/down")
    assert _console.records_around(tmp_path / start) == tmp_path


def test_evidence_in_a_folder_with_such_a_name_is_no_catalog(tmp_path: Path) -> None:
    folders(tmp_path, "catalog", "postmortems/2026/some-record/catalog")
    inside = tmp_path / "postmortems/2026/some-record/catalog"
    assert _console.records_around(inside) == tmp_path


@pytest.mark.parametrize("only", ["catalog", "postmortems"])
def test_one_of_them_will_do_where_none_has_both(tmp_path: Path, only: str) -> None:
    folders(tmp_path, only, "other")
    assert _console.records_around(tmp_path / "other") == tmp_path


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_no_other_repositorys_records_are_taken(tmp_path: Path, kind: str) -> None:
    folders(tmp_path, "catalog", "postmortems", "inner/deep")
    git = tmp_path / "inner" / ".git"
    git.mkdir() if kind == "folder" else git.write_text("gitdir: x", encoding="utf-8")
    with pytest.raises(click.UsageError, match="holds postmortems/ and catalog/; go to the one"):
        _console.records_around(tmp_path / "inner" / "deep")


def test_from_a_checkout_it_is_the_checkout(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders(tmp_path, "catalog", "postmortems")
    monkeypatch.chdir(tmp_path)
    assert _console.default_root() == root


# --- installed -----------------------------------------------------------------------------------

OURS = ("GIT_", "PYTHON", "DEBRIEF_", "VIRTUAL_ENV")
"""How the variables begin that lead to this checkout, or that a hook of git left behind."""


@pytest.fixture(scope="module")
def environment(wheel: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the locked dependencies and the wheel."""
    home = tmp_path_factory.mktemp("environment")
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    pip += ["--no-compile", "--disable-pip-version-check"]  # most modules are never imported
    lock = str(root / "requirements" / "gate.txt")
    for step in (
        [sys.executable, "-m", "venv", str(home)],
        [*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock],
        [*pip, "--no-index", str(wheel)],
    ):
        done = subprocess.run(
            step,
            env=environment_without(*OURS),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=900,
        )
        if done.returncode:
            last = (done.stdout + done.stderr).strip().splitlines()[-1]
            pytest.skip(f"an environment with the locked dependencies could not be made: {last}")
    return programs


class Installed:
    """The installed command, called in a repository that holds only records."""

    def __init__(self, programs: Path, records: Path) -> None:
        self.programs, self.records = programs, records

    def __call__(
        self, *arguments: str, inside: str = ".", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `debrief` in a folder of the repository."""
        return self.call(self.programs / "debrief", *arguments, inside=inside, **env)

    def call(
        self, program: Path, *arguments: str, inside: str = ".", **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), *arguments],
            cwd=self.records / inside,
            env={**environment_without(*OURS), "DEBRIEF_TODAY": TODAY, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def write(self, path: str, text: str) -> None:
        write(self.records, path, text)


def totals(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of a check, without the time that it took."""
    return done.stdout.splitlines()[-1].partition(" in ")[0]


@pytest.fixture
def debrief(environment: Path, tmp_path: Path) -> Installed:
    installed = Installed(environment, tmp_path / "records")
    put_archive(installed.records)
    (installed.records / ".git").mkdir()  # its top
    return installed


def test_nothing_of_this_checkout_is_used(debrief: Installed, environment: Path) -> None:
    where = "import debrief.schema as s; print(s.__file__); print(s.OWN_FOLDER)"
    done = debrief.call(environment / "python", "-c", where)
    package = Path(done.stdout.splitlines()[0]).parent
    assert package.is_relative_to(environment.parent)
    assert Path(done.stdout.splitlines()[1]) == package / "schemas"


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"], ["-h"]])
def test_it_lists_the_commands_in_the_front_doors_words(
    debrief: Installed, root: Path, arguments: list[str]
) -> None:
    done = debrief(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Usage: debrief COMMAND [ARGUMENTS]"
    told = dict(line.split(maxsplit=1) for line in lines[2:-2])
    summary = front_door(root).summary
    assert told == {name: summary(path) for name, path in commands_in_it(root).items()}


def test_it_knows_its_version(debrief: Installed, root: Path) -> None:
    assert debrief("--version").stdout == f"debrief {project(root)['project']['version']}\n"


def test_an_unknown_command_is_one_line_with_a_hint(debrief: Installed) -> None:
    done = debrief("chekc")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no command 'chekc'; did you mean `check`?\n"


EVERY_HELP = """
import sys
from debrief.commands._installed import main
for name in sys.argv[1:]:
    sys.argv = ["debrief", name, "--help"]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, name
"""


def test_every_command_starts_with_no_more_than_the_gate_needs(
    debrief: Installed, environment: Path, root: Path
) -> None:
    """One after the other in one process: starting it for each would take most of the time."""
    done = debrief.call(environment / "python", "-c", EVERY_HELP, *commands_in_it(root))
    assert (done.returncode, done.stderr) == (0, "")
    told = re.findall(r"^Usage: debrief (\S+) ", done.stdout, re.MULTILINE)
    assert told == list(commands_in_it(root))
    assert debrief("help", "check").stdout.startswith("Usage: debrief check ")


@pytest.mark.parametrize("inside", [".", "catalog", "postmortems/2026"])
def test_good_records_pass(debrief: Installed, inside: str) -> None:
    done = debrief("check", inside=inside)
    assert (done.returncode, done.stderr) == (0, "")
    assert totals(done) == "4 files, 0 errors, 0 warnings"


@pytest.mark.parametrize("inside", [".", "catalog", "postmortems/2026"])
def test_a_bad_record_is_refused_with_file_line_and_fix(debrief: Installed, inside: str) -> None:
    debrief.write(PATH, RECORD.replace("owner: a-team\nincident", "owner: a-teem\nincident"))
    done = debrief("check", inside=inside)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[:5] == [
        PATH,
        "      5:8  error  PM205  `a-teem` is not in catalog/owners.yml",
        "        5 │ owner: a-teem",
        "          │        ^",
        "      fix: did you mean `a-team`?",
    ]
    assert totals(done) == "4 files, 1 error, 0 warnings"


def test_a_path_is_one_of_the_current_folder(debrief: Installed) -> None:
    done = debrief("check", Path(PATH).name, inside="postmortems/2026")
    assert totals(done) == "1 file, 0 errors, 0 warnings"


def test_a_draft_is_written_where_the_records_are(debrief: Installed) -> None:
    options = ["--title", "Prices stood still", "--severity", "sev3", "--owner", "a-team"]
    options += ["--asset", "wh.orders", "--detected", "2026-03-15T06:00Z"]
    done = debrief("new", *options, inside="postmortems/2026")
    assert (done.returncode, done.stderr) == (0, "")
    path = "postmortems/2026/2026-03-15-prices-stood-still.md"
    assert done.stdout.startswith(f"wrote {path}\n")
    assert "## Lessons" in (debrief.records / path).read_text(encoding="utf-8")
    assert totals(debrief("check")) == "5 files, 0 errors, 0 warnings"


def test_a_repository_is_begun_where_nothing_is(debrief: Installed) -> None:
    (debrief.records / "new").mkdir()
    done = debrief("start", "--organisation", "Acme", "--root", ".", inside="new")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *(f"wrote catalog/{name}.yml" for name in ("owners", "assets", "policy")),
        "Next: owners and assets into catalog/, then `debrief new`.",
    ]
    assert totals(debrief("check", inside="new")) == "3 files, 0 errors, 0 warnings"


def test_tables_are_written_without_the_database(debrief: Installed) -> None:
    done = debrief("export", "tables", "--format", "ndjson", "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert (debrief.records / "tables" / "ndjson" / "postmortems.ndjson").exists()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [(["export", "tables", "--format", "parquet"], "Parquet"), (["sql", "SELECT 1"], "SQL")],
)
def test_where_the_database_is_needed_one_line_says_how_to_get_it(
    debrief: Installed, arguments: list[str], what: str
) -> None:
    done = debrief(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: {what} needs DuckDB: install `debrief[warehouse]` from where you installed"
        " `debrief`\n"
    )
    assert not (debrief.records / "tables").exists()


def test_rules_are_listed_and_explained(debrief: Installed) -> None:
    assert re.search(r"^  PM203  error ", debrief("check", "--list").stdout, re.MULTILINE)
    assert debrief("check", "--explain", "PM203").stdout.startswith("PM203  ")


def test_schemas_of_their_own_win(debrief: Installed, root: Path) -> None:
    debrief.write(PATH, RECORD.replace("sev4", "sev9"))
    assert debrief("check").returncode == 1
    shutil.copytree(root / "schema", debrief.records / "schema")
    schema = debrief.records / "schema" / "postmortem.schema.json"
    text = schema.read_text(encoding="utf-8")
    assert '"sev4"' in text
    schema.write_text(text.replace('"sev4"', '"sev4", "sev9"'), encoding="utf-8")
    done = debrief("check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("inside", [".", "src"])
def test_where_everything_was_deleted_nothing_passes(debrief: Installed, inside: str) -> None:
    shutil.rmtree(debrief.records / "catalog")
    shutil.rmtree(debrief.records / "postmortems")
    folders(debrief.records, "src")
    done = debrief("check", inside=inside)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds postmortems/ and catalog/; go to the one that does, or name it" in done.stderr


def test_no_code_of_the_records_repository_is_run(debrief: Installed) -> None:
    for name in ("click", "debrief", "_console", "check", "sitecustomize"):
        debrief.write(f"{name}.py", "raise SystemExit('run')")
    assert debrief("check").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_it_speaks_utf8_wherever_it_runs(debrief: Installed, encoding: str) -> None:
    debrief.write(PATH, RECORD.replace("owner: a-team\nincident", "owner: ärger\nincident"))
    done = debrief("check", PYTHONIOENCODING=encoding, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 1
    assert "│ owner: ärger" in done.stdout
