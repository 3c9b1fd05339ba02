"""The gate where it is not GitHub's own workflow: as an action, as a hook, and on GitLab.

The action and the jobs are run by their own lines, in bash, with an environment that leads to the
one in which the tests run. What pre-commit itself does with the hook is not tested here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkouts import bash, copy_code, give_environment
from scratch import environment_without, git, program, write
from small_archive import PATH, RECORD, put_archive

in_bash = pytest.mark.skipif(os.name == "nt", reason="the lines are written for bash")

TODAY = "2026-03-16"
NOBODY = RECORD.replace("owner: a-team\nincident", "owner: a-teem\nincident")


def read(root: Path, name: str) -> Any:
    text = (root / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 # the safest: all is text


def runs(root: Path, workflow: str, job: str) -> list[str]:
    """The commands of a job of a GitHub workflow."""
    steps = read(root, f".github/workflows/{workflow}.yml")["jobs"][job]["steps"]
    return [step["run"] for step in steps if "run" in step]


# --- scratch repositories ------------------------------------------------------------------------


def commit(folder: Path) -> str:
    """Commit everything; the commit's id."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "-b", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "Change")
    return git(folder, "rev-parse", "HEAD")


def run_lines(lines: Sequence[str], folder: Path, env: Mapping[str, str]) -> tuple[int, str, str]:
    """Run lines as a runner does: exit code, output, errors.

    What a hook of git, or a run on a code host, left in the environment is not passed on.
    """
    around = environment_without("GIT_", "GITHUB_", "CI_", "DEBRIEF_")
    done = bash("\n".join(lines), folder, {**around, "DEBRIEF_TODAY": TODAY, **env})
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def checkout(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this code without its records, ready to run."""
    home = tmp_path_factory.mktemp("checkout") / "debrief"
    copy_code(root, home)
    give_environment(home)
    return home


# --- the action ----------------------------------------------------------------------------------


@pytest.fixture
def action(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = read(root, "action.yml")
    return content


def test_the_action_brings_its_own_python_and_leaves_the_callers_alone(
    action: dict[str, Any], root: Path
) -> None:
    step, _ = action["runs"]["steps"]
    pinned = re.compile(r"actions/setup-python@[0-9a-f]{40} # v[0-9.]+")
    workflow = (root / ".github/workflows/check.yml").read_text(encoding="utf-8")
    text = (root / "action.yml").read_text(encoding="utf-8")
    assert pinned.findall(text) == pinned.findall(workflow)
    assert step["with"]["update-environment"] == "false"


def test_no_text_of_a_pull_request_is_put_into_the_actions_shell(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_every_input_of_the_action_is_explained_and_used(action: dict[str, Any]) -> None:
    used = re.findall(r"inputs\.([a-z]+)", " ".join(action["runs"]["steps"][1]["env"].values()))
    assert sorted(used) == sorted(action["inputs"]), "each is passed on by the environment"
    assert all(given["description"].endswith(".") for given in action["inputs"].values())


def run_action(
    action: dict[str, Any],
    checkout: Path,
    records: Path,
    its_base: str = "",
    checked_out: str = "",
    **given: str,
) -> tuple[int, str, str]:
    """Run the last step of the action with inputs, on a pull request with its base or on none.

    ``checked_out`` is the commit that the code host made for it.
    """
    inputs = {name: given.get(name, of["default"]) for name, of in action["inputs"].items()}
    values = {f"inputs.{name}": value for name, value in inputs.items()} | {
        "steps.python.outputs.python-path": sys.executable,
        "github.event.pull_request.base.sha": its_base,
        "github.event.pull_request.number": "7" if its_base else "",
    }
    step = action["runs"]["steps"][1]
    env = {key: values[text[4:-3]] for key, text in step["env"].items()}
    assert step["shell"] == "bash"
    around = {
        "GITHUB_ACTION_PATH": str(checkout),
        "GITHUB_SHA": checked_out,
        "GITHUB_REPOSITORY": "pellwick/outages",
        "RUNNER_TEMP": str(checkout.parent),
    }
    return run_lines([step["run"]], records, {**env, **around})


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A repository that holds only records, with one commit."""
    home = tmp_path / "only records"
    put_archive(home)
    commit(home)
    return home


@in_bash
def test_the_action_passes_good_records(
    action: dict[str, Any], checkout: Path, records: Path
) -> None:
    code, output, errors = run_action(action, checkout, records)
    assert (code, errors) == (0, "")
    assert output.splitlines()[-1] == "4 files, 0 errors, 0 warnings"


@in_bash
def test_the_action_annotates_what_is_wrong(
    action: dict[str, Any], checkout: Path, records: Path
) -> None:
    base = git(records, "rev-parse", "HEAD")
    write(records, PATH, NOBODY)
    commit(records)
    code, output, _ = run_action(action, checkout, records, base)
    assert code == 1
    assert f"::error file={PATH},line=5,col=8,title=PM205::`a-teem` is not in" in output


@in_bash
def test_the_action_looks_into_another_folder(
    action: dict[str, Any], checkout: Path, tmp_path: Path
) -> None:
    put_archive(tmp_path / "data incidents")
    code, output, _ = run_action(
        action, checkout, tmp_path, root="data incidents", format="json", today="2026-03-15"
    )
    assert code == 0
    assert json.loads(output)["today"] == "2026-03-15"


@in_bash
def test_an_input_is_a_value_and_nothing_else(
    action: dict[str, Any], records: Path, tmp_path: Path
) -> None:
    write(tmp_path, "stand-in/debrief", STAND_IN)
    nasty = "-x'\"; touch here; $(touch here) `touch here`"
    inputs = dict.fromkeys(("root", "format", "base", "today"), nasty)
    code, output, errors = run_action(action, tmp_path / "stand-in", records, **inputs)
    assert (code, errors) == (0, "")
    assert json.loads(output) == ["check", *(f"--{name}={nasty}" for name in inputs)]
    assert [file.name for file in tmp_path.rglob("here")] == []


@in_bash
@pytest.mark.parametrize("name", ["root", "today"])
def test_an_input_that_means_nothing_is_refused(
    action: dict[str, Any], checkout: Path, records: Path, name: str
) -> None:
    code, output, errors = run_action(action, checkout, records, **{name: "-x"})
    assert (code, output) == (2, "")
    assert "Traceback" not in errors


@in_bash
@pytest.mark.parametrize(
    ("its_base", "given", "options"),
    [
        ("", {}, []),
        ("1a2b", {}, ["--base=1a2b"]),  # another commit than the proposed merge is checked out
        ("1a2b", {"base": "main"}, ["--base=main"]),
        ("", {"today": "2026-03-15"}, ["--today=2026-03-15"]),
    ],
)
def test_the_action_compares_with_the_base_of_the_pull_request(
    action: dict[str, Any], tmp_path: Path, its_base: str, given: dict[str, str], options: list[str]
) -> None:
    write(tmp_path, "stand-in/debrief", STAND_IN)
    code, output, _ = run_action(action, tmp_path / "stand-in", tmp_path, its_base, **given)
    assert code == 0
    assert json.loads(output) == ["check", "--root=.", "--format=github", *options]


STAND_IN = "import json, sys; print(json.dumps(sys.argv[1:]))"


@in_bash
def test_the_proposed_merge_is_compared_with_what_it_goes_into(
    action: dict[str, Any], records: Path, tmp_path: Path
) -> None:
    write(tmp_path, "stand-in/debrief", STAND_IN)
    head = git(records, "rev-parse", "HEAD")
    code, output, _ = run_action(action, tmp_path / "stand-in", records, "1a2b", head)
    assert code == 0
    assert json.loads(output)[-1] == "--base=HEAD^1"


@in_bash
def test_the_action_asks_for_the_reviews_with_a_token(
    action: dict[str, Any], records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "stand-in/debrief", STAND_IN)
    program(tmp_path / "tools" / "gh", 'echo "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'tools'}{os.pathsep}{os.environ['PATH']}")
    stand_in = tmp_path / "stand-in"
    code, output, _ = run_action(action, stand_in, records, "1a2b", token="secret")
    assert code == 0
    assert json.loads(output)[-1] == f"--reviews={tmp_path}/reviews.json"
    asked = (tmp_path / "reviews.json").read_text(encoding="utf-8")
    assert asked.split()[-1] == "repos/pellwick/outages/pulls/7/reviews"


# --- the hook ------------------------------------------------------------------------------------


def test_the_hook_checks_everything_whatever_is_committed(root: Path) -> None:
    (hook,) = read(root, ".pre-commit-hooks.yaml")
    assert hook["id"] == "debrief-check"
    assert (hook["language"], hook["entry"]) == ("python", "debrief check")
    assert hook["pass_filenames"] == "false"
    # Deleted files are not among those by which pre-commit chooses its hooks.
    assert hook["always_run"] == "true"
    assert "files" not in hook


# --- the handbook's page -------------------------------------------------------------------------


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/handbook/elsewhere.md").read_text(encoding="utf-8")


def test_the_page_explains_every_input_of_the_action(page: str, action: dict[str, Any]) -> None:
    assert re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE) == list(action["inputs"])


def test_what_the_page_shows_can_be_copied(page: str, root: Path) -> None:
    """The hook has its name, and what is checked out is pinned as in our own workflow."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    hooks, workflow, gitlab = (yaml.safe_load(block) for block in blocks)
    (hook,) = hooks["repos"][0]["hooks"]
    assert [hook] == [{"id": each["id"]} for each in read(root, ".pre-commit-hooks.yaml")]
    checkout, _ = workflow["jobs"]["check"]["steps"]
    ours = read(root, ".github/workflows/check.yml")["jobs"]["check"]["steps"][0]
    assert checkout["uses"] == ours["uses"]
    assert gitlab["default"]["image"] == read(root, ".gitlab-ci.yml")["default"]["image"]


# --- GitLab --------------------------------------------------------------------------------------


@pytest.fixture
def gitlab(root: Path) -> dict[str, Any]:
    content: dict[str, Any] = read(root, ".gitlab-ci.yml")
    return content


def test_gitlab_has_the_jobs_of_both_workflows(gitlab: dict[str, Any]) -> None:
    others = {"stages", "workflow", "default", "variables"}
    assert gitlab.keys() - others == {"check", "pages"}
    assert [gitlab["check"]["stage"], gitlab["pages"]["stage"]] == gitlab["stages"]


def commands(lines: Sequence[str]) -> list[str]:
    """The commands of Debrief in these lines, without their options."""
    return re.findall(r"^\./debrief [a-z]+", "\n".join(lines), re.MULTILINE)


@pytest.mark.parametrize(
    ("job", "workflow", "its_job"), [("check", "check", "check"), ("pages", "publish", "build")]
)
def test_gitlab_does_what_the_workflow_does(
    gitlab: dict[str, Any], root: Path, job: str, workflow: str, its_job: str
) -> None:
    assert commands(gitlab[job]["script"]) == commands(runs(root, workflow, its_job))


def test_gitlab_checks_every_merge_request_and_publishes_the_default_branch(
    gitlab: dict[str, Any],
) -> None:
    merge_request = {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}
    default_branch = {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"}
    assert gitlab["check"]["rules"] == [merge_request]
    assert gitlab["pages"]["rules"] == [default_branch]
    assert gitlab["workflow"]["rules"] == [merge_request, default_branch]
    assert not any("allow_failure" in gitlab[job] for job in ("check", "pages"))


def test_gitlab_has_all_of_the_history_and_a_python_of_the_same_version(
    gitlab: dict[str, Any], root: Path
) -> None:
    assert gitlab["variables"]["GIT_DEPTH"] == "0"
    (version,) = re.findall(r"python:(\d\.\d+)-", gitlab["default"]["image"])
    assert f'python-version: "{version}"' in (root / "action.yml").read_text(encoding="utf-8")


@pytest.fixture
def project(checkout: Path, tmp_path: Path) -> Path:
    """A clone of a repository with this code and records, as a runner of GitLab has it."""
    home = tmp_path / "project"
    shutil.copytree(checkout, home, symlinks=True)
    put_archive(home)
    commit(home)
    give_environment(home)
    program(tmp_path / "tools" / "python3", f"exec '{sys.executable}' \"$@\"")
    return home


def run_job(
    gitlab: dict[str, Any], project: Path, job: str, part: str = "script", **env: str
) -> tuple[int, str, str]:
    """Run one part of a job of GitLab."""
    path = f"{project.parent / 'tools'}{os.pathsep}{os.environ['PATH']}"
    return run_lines(gitlab[job][part], project, {"PATH": path, "GITLAB_CI": "true", **env})


@in_bash
def test_gitlab_lets_a_good_merge_request_through(gitlab: dict[str, Any], project: Path) -> None:
    base = git(project, "rev-parse", "HEAD")
    write(project, PATH, RECORD.replace("Told", "Told again"))
    commit(project)
    code, output, errors = run_job(gitlab, project, "check", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert code == 0, output + errors
    assert (project / "site" / "index.html").is_file()


@in_bash
def test_gitlab_refuses_a_bad_merge_request_and_reports_the_line(
    gitlab: dict[str, Any], project: Path
) -> None:
    base = git(project, "rev-parse", "HEAD")
    write(project, PATH, NOBODY)
    commit(project)
    env = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    code, output, _ = run_job(gitlab, project, "check", **env)
    assert code == 1
    assert "PM205" in output
    assert not (project / "site").exists()
    run_job(gitlab, project, "check", "after_script", **env)
    report = project / gitlab["check"]["artifacts"]["reports"]["codequality"]
    issues = json.loads(report.read_text(encoding="utf-8"))
    told = [(each["check_name"], each["location"]) for each in issues]
    assert ("PM205", PATH, 5) in [
        (rule, place["path"], place["lines"]["begin"]) for rule, place in told
    ]


@in_bash
def test_gitlab_compares_with_the_target_where_the_result_is_merged(
    gitlab: dict[str, Any], tmp_path: Path
) -> None:
    """Where merged results are checked, the base of the diff is older than what they rest on."""
    program(tmp_path / "debrief", 'echo "$@"')
    env = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "older"}
    _, output, _ = run_lines(gitlab["check"]["script"], tmp_path, env)
    assert output.splitlines() == ["check --base older", "build"]
    env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = "target"
    _, output, _ = run_lines(gitlab["check"]["script"], tmp_path, env)
    assert output.splitlines() == ["check --base target", "build"]


@in_bash
def test_gitlab_publishes_the_built_site(gitlab: dict[str, Any], tmp_path: Path) -> None:
    """That a build makes a site is seen at the merge request; here, that it goes where it must."""
    (published,) = gitlab["pages"]["artifacts"]["paths"]
    program(tmp_path / "debrief", 'echo "$@" "for $DEBRIEF_SITE_URL"')
    address = "https://example.com/postmortems/"
    env = {"DEBRIEF_SITE_URL": address}
    code, output, errors = run_lines(gitlab["pages"]["script"], tmp_path, env)
    assert (code, errors) == (0, "")
    assert output.splitlines()[-1] == f"build --site-dir {published} for {address}"


@in_bash
def test_gitlab_publishes_nothing_that_the_gate_refuses(
    gitlab: dict[str, Any], project: Path
) -> None:
    write(project, PATH, NOBODY)
    code, _, _ = run_job(gitlab, project, "pages")
    assert code == 1
    assert not (project / "public").exists()
