"""The front door without its installs: what it lists, asks for, refuses and starts."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

STAND_IN = """
import os, sys
print(os.getcwd(), sys.argv[1:], os.environ["PYTHONUTF8"], os.environ.get("NO_MKDOCS_2_WARNING"))
sys.exit(7 if "--fail" in sys.argv else 0)
"""


def load(path: Path) -> ModuleType:
    """The front door as a module; it has no extension, so its loader is named."""
    loader = SourceFileLoader("front_door", str(path))
    spec = importlib.util.spec_from_loader("front_door", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def repository(tmp_path: Path, root: Path) -> Path:
    """A small repository with the real front door, one command and made-up locks."""
    home = tmp_path / "répertoire avec espace"
    for folder in ("scripts", "requirements", "src"):
        (home / folder).mkdir(parents=True)
    shutil.copy(root / "debrief", home)
    for group in ("gate", "site", "warehouse", "dev"):
        (home / "requirements" / f"{group}.txt").write_text(f"{group}==1\n", encoding="utf-8")
    add_command(home, "show", f'"""Show where it runs, e.g. here. And more."""\n{STAND_IN}')
    return home


@pytest.fixture
def door(repository: Path) -> ModuleType:
    return load(repository / "debrief")


def add_command(repository: Path, name: str, source: str) -> Path:
    script = repository / "scripts" / f"{name}.py"
    script.write_text(textwrap.dedent(source), encoding="utf-8")
    return script


def pretend_installed(door: ModuleType, group: str) -> None:
    """An environment as a finished set-up leaves it, with this very Python inside."""
    python = Path(door.VENV_PYTHON)
    python.parent.mkdir(parents=True, exist_ok=True)
    python.symlink_to(sys.executable)
    Path(door.STAMP).write_text("\n".join([*door.identity(), group]), encoding="utf-8")


def call(command: list[str | Path], cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "NO_MKDOCS_2_WARNING"}
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


# --- What it lists ----------------------------------------------------------------------------


def test_lists_every_script_with_the_first_sentence_of_its_docstring(door: ModuleType) -> None:
    add_command(Path(door.ROOT), "_shared", '"""Not a command."""')
    lines = door.overview().splitlines()
    assert lines[2:-2] == ["  show  Show where it runs, e.g. here"]


@pytest.mark.parametrize("argv", [[], ["help"], ["--help"], ["-h"]])
def test_help_needs_no_environment(repository: Path, argv: list[str]) -> None:
    done = call([sys.executable, repository / "debrief", *argv], repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Show where it runs" in done.stdout
    assert not (repository / ".venv").exists()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('"""One sentence."""', "One sentence"),
        ('"""Build the site: pages,\nfeeds. Then more.\n"""', "Build the site: pages, feeds"),
        ('"""No full stop\n\nAnother paragraph.\n"""', "No full stop"),
        ('"""Read catalog/assets.yml, v1.2 of it. Then check."""',
         "Read catalog/assets.yml, v1.2 of it"),
        ("x = 1", ""),
        ("this does not parse", ""),
    ],
)  # fmt: skip
def test_first_sentence(door: ModuleType, source: str, sentence: str) -> None:
    assert door.summary(str(add_command(Path(door.ROOT), "x", source))) == sentence


def test_every_real_command_has_a_sentence(root: Path) -> None:
    door = load(root / "debrief")
    assert [name for name, path in door.commands().items() if not door.summary(path)] == []


def test_no_real_command_hides_a_standard_module(root: Path) -> None:
    """A script's folder comes first on its path: `scripts/secrets.py` would break imports."""
    assert set(load(root / "debrief").commands()) & sys.stdlib_module_names == set()


# --- Which command, which environment ---------------------------------------------------------


def test_unknown_command_is_one_line_with_a_hint(repository: Path) -> None:
    done = call([sys.executable, repository / "debrief", "shwo"], repository)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no command 'shwo'; did you mean 'show'?\n"


def test_unknown_command_like_no_other(door: ModuleType) -> None:
    with pytest.raises(door.FrontDoorError, match=r"no command 'zzz'; .* lists them"):
        door.find_script("zzz")


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ('ENVIRONMENT = "site"', "site"),
        ('import nothing_known\nENVIRONMENT: Final = "dev"', "dev"),
        ("def f():\n    ENVIRONMENT = 'dev'", "gate"),
        ("x = 1", "gate"),
        ("this does not parse", "gate"),
    ],
)
def test_environment_is_read_from_the_script(door: ModuleType, source: str, group: str) -> None:
    assert door.environment_of(str(add_command(Path(door.ROOT), "x", source))) == group


def test_unknown_environment_is_refused(door: ModuleType) -> None:
    script = add_command(Path(door.ROOT), "x", 'ENVIRONMENT = "everything"')
    with pytest.raises(door.FrontDoorError, match="is one of gate, site, warehouse, dev"):
        door.environment_of(str(script))


# --- When the environment is made -------------------------------------------------------------


def test_without_a_stamp_nothing_counts_as_installed(door: ModuleType) -> None:
    assert door.installed_group() is None
    pretend_installed(door, "dev")
    Path(door.STAMP).unlink()
    assert door.installed_group() is None


@pytest.mark.parametrize("content", [b"", b"gate", b"\xff\xfe", b"a\nb\nc\nd\ne\nf"])
def test_a_damaged_stamp_counts_as_none(door: ModuleType, content: bytes) -> None:
    pretend_installed(door, "gate")
    Path(door.STAMP).write_bytes(content)
    assert door.installed_group() is None


@pytest.mark.parametrize("group", ["gate", "site", "warehouse", "dev"])
def test_a_change_of_any_lock_makes_anew(door: ModuleType, group: str) -> None:
    pretend_installed(door, "dev")
    assert door.installed_group() == "dev"
    (Path(door.REQUIREMENTS) / f"{group}.txt").write_text("other==2\n", encoding="utf-8")
    assert door.installed_group() is None


def test_another_python_makes_anew(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend_installed(door, "dev")
    monkeypatch.setattr(door.sys.implementation, "cache_tag", "cpython-399")
    assert door.installed_group() is None


def test_a_python_that_was_removed_makes_anew(door: ModuleType) -> None:
    pretend_installed(door, "dev")
    Path(door.VENV_PYTHON).unlink()
    Path(door.VENV_PYTHON).symlink_to(Path(door.ROOT) / "gone")
    assert door.installed_group() is None


def test_a_copied_folder_makes_anew(door: ModuleType, tmp_path: Path) -> None:
    pretend_installed(door, "dev")
    copy = tmp_path / "copy"
    shutil.copytree(door.ROOT, copy, symlinks=True)
    assert load(copy / "debrief").installed_group() is None


@pytest.mark.parametrize(
    ("installed", "wanted", "enough"),
    [
        (None, "gate", False),
        ("gate", "gate", True),
        ("gate", "site", False),
        ("site", "warehouse", False),
        ("warehouse", "site", True),
        ("site", "dev", False),
        ("dev", "gate", True),
    ],
)
def test_a_higher_group_covers_a_lower_one(
    door: ModuleType, installed: str | None, wanted: str, enough: bool
) -> None:
    assert door.covers(installed, wanted) is enough


@pytest.mark.parametrize(("installed", "anew"), [(None, True), ("gate", False)])
def test_a_higher_group_goes_on_top(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, installed: str | None, anew: bool
) -> None:
    if installed:
        pretend_installed(door, installed)
    asked: list[tuple[str, bool]] = []
    monkeypatch.setattr(door, "set_up", lambda group, anew: asked.append((group, anew)))
    door.prepare("site")
    assert asked == [("site", anew)]


def test_a_failed_set_up_leaves_no_stamp_and_shows_the_last_lines(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend_installed(door, "gate")
    fails = [sys.executable, "-c", "print('\\n'.join(map(str, range(99)))); raise SystemExit(1)"]
    monkeypatch.setattr(door, "installers", lambda: [(fails, fails)])
    with pytest.raises(door.FrontDoorError) as stopped:
        door.prepare("dev")
    assert str(stopped.value).splitlines()[1:] == [str(n) for n in range(87, 99)]
    assert not Path(door.STAMP).exists()
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_where_the_first_installer_fails_the_next_is_tried(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = [(["make with uv"], ["install with uv"]), (["make with pip"], ["install with pip"])]
    monkeypatch.setattr(door, "installers", lambda: tools)
    monkeypatch.setattr(door, "add_source_folder", lambda: None)
    tried: list[list[str]] = []

    def only_pip_works(steps: list[list[str]]) -> str | None:
        tried.append([step[0] for step in steps])
        return None if steps[0] == ["make with pip"] else "no network"

    monkeypatch.setattr(door, "first_failure", only_pip_works)
    pretend_installed(door, "gate")
    door.set_up("dev", anew=False)
    assert tried == [
        ["install with uv"],
        ["make with uv", "install with uv"],
        ["make with pip", "install with pip"],
    ]
    assert door.installed_group() == "dev"


def test_without_venv_and_uv_one_line_says_what_to_install(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(door.FrontDoorError) as stopped:
        door.prepare("gate")
    assert "apt install python3-venv" in str(stopped.value)
    assert len(str(stopped.value).splitlines()) == 1
    assert capsys.readouterr().err == ""


# --- Which Python -----------------------------------------------------------------------------


def test_an_old_python_hands_over_to_a_newer_one(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door.sys, "version_info", (3, 8, 10, "final", 0))
    monkeypatch.setattr(
        shutil, "which", lambda name: sys.executable if name == "python3.12" else None
    )
    started: list[list[str]] = []

    def start(command: list[str]) -> int:
        started.append(command)
        return 5

    monkeypatch.setattr(door, "run", start)
    assert door.main(["show", "-x"]) == 5
    assert started == [[sys.executable, str(Path(door.ROOT) / "debrief"), "show", "-x"]]


def test_a_newer_python_that_does_not_run_is_passed_over(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shim = tmp_path / "shim"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    found = {"python3.14": str(shim), "python3.11": sys.executable}
    monkeypatch.setattr(shutil, "which", found.get)
    assert door.newer_python() == sys.executable


def test_an_old_python_alone_is_one_line(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door.sys, "version_info", (3, 8, 10, "final", 0))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(door.FrontDoorError) as stopped:
        door.main([])
    assert str(stopped.value) == (
        "Debrief needs Python 3.11 or newer: this is 3.8, and PATH has no newer one."
    )


# --- Running ----------------------------------------------------------------------------------


def test_runs_in_the_users_folder_and_passes_the_exit_code(
    door: ModuleType, repository: Path, tmp_path: Path
) -> None:
    pretend_installed(door, "gate")
    done = call([sys.executable, repository / "debrief", "show", "--fail", "a b"], tmp_path)
    assert done.stdout == f"{tmp_path} ['--fail', 'a b'] 1 None\n"
    assert (done.returncode, done.stderr) == (7, "")


def test_material_is_kept_quiet_where_the_site_is_installed(
    door: ModuleType, repository: Path
) -> None:
    add_command(repository, "build", f'ENVIRONMENT = "site"\n{STAND_IN}')
    pretend_installed(door, "site")
    done = call([sys.executable, repository / "debrief", "build"], repository)
    assert done.stdout.split()[-2:] == ["1", "1"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_runs_through_a_link(door: ModuleType, repository: Path, tmp_path: Path) -> None:
    pretend_installed(door, "gate")
    link = tmp_path / "bin-debrief"
    link.symlink_to(repository / "debrief")
    assert call([sys.executable, link, "show"], tmp_path).returncode == 0


def test_each_linked_work_tree_has_its_own_environment(
    door: ModuleType, repository: Path, tmp_path: Path
) -> None:
    pretend_installed(door, "dev")
    (repository / ".gitignore").write_text(".venv/\n", encoding="utf-8")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(repository)]
    tree = tmp_path / "tree"
    for step in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--no-gpg-sign", "--message", "x"],
        ["worktree", "add", "--quiet", str(tree)],
    ):
        subprocess.run([*git, *step], check=True, capture_output=True)
    linked = load(tree / "debrief")
    assert Path(linked.VENV) == tree / ".venv"
    assert linked.installed_group() is None
    pretend_installed(linked, "gate")
    assert call([sys.executable, tree / "debrief", "show"], repository).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way on Windows")
def test_an_interrupt_ends_quietly(door: ModuleType, repository: Path) -> None:
    add_command(
        repository,
        "wait",
        """
        import signal, sys, time
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        print("ready", flush=True)
        time.sleep(60)
        """,
    )
    pretend_installed(door, "gate")
    with subprocess.Popen(
        [sys.executable, repository / "debrief", "wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
        # A shell that started these tests in the background has interrupts ignored, for all below.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (130, b"")
